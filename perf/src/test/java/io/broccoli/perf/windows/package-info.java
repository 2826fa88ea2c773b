@NullMarked
package io.broccoli.perf.windows;

import org.jspecify.annotations.NullMarked;
