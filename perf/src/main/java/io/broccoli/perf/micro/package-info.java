/**
 * Benchmarks of single parts by JMH, each beside what would be written by hand: {@code CodecBenchmark},
 * {@code CreditBenchmark}, {@code OperatorBenchmark}. {@link io.broccoli.perf.micro.Jmh} is the command.
 */
@NullMarked
package io.broccoli.perf.micro;

import org.jspecify.annotations.NullMarked;
