@NullMarked
package io.broccoli.perf.measure;

import org.jspecify.annotations.NullMarked;
