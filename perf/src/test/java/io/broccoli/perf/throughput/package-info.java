@NullMarked
package io.broccoli.perf.throughput;

import org.jspecify.annotations.NullMarked;
