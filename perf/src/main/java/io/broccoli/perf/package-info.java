/**
 * The benchmarks. {@link io.broccoli.perf.Bench} is the main class; each benchmark is a package: {@code micro} by JMH,
 * {@code throughput} over a broker. What is measured, and how a figure becomes reproducible, is in {@code measure}; the processes
 * that take part are in {@code process}.
 */
@NullMarked
package io.broccoli.perf;

import org.jspecify.annotations.NullMarked;
