@NullMarked
package io.broccoli.perf;

import org.jspecify.annotations.NullMarked;
