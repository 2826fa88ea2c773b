/** Processes that take part in benchmarks and in tests of the real world: JVMs with the class path of this one, and mosquitto. */
@NullMarked
package io.broccoli.perf.process;

import org.jspecify.annotations.NullMarked;
