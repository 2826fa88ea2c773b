/**
 * Measuring, and what becomes of it: a {@link io.broccoli.perf.measure.Meter} makes a {@link io.broccoli.perf.measure.Block} of a
 * run, {@link io.broccoli.perf.measure.Pairs} compare the blocks of two subjects that took turns, and a
 * {@link io.broccoli.perf.measure.Report} prints rows and ratios.
 *
 * <p>Figures are compared within one run only, by the median of the ratios of neighbouring blocks. Each block is between two
 * readings of a noise gauge; what was measured while somebody else used the processors counts as noisy, not as pass or fail.
 */
@NullMarked
package io.broccoli.perf.measure;

import org.jspecify.annotations.NullMarked;
