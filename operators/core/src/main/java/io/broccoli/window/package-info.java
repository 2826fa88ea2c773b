/**
 * Windows and joins over event time: what happened between 10:00 and 10:01, not what arrived then.
 *
 * <p>{@link io.broccoli.window.Window} says how a stream is cut, by count, by time of arrival, or by event time.
 * {@link io.broccoli.window.WindowTable} computes windows, {@link io.broccoli.window.JoinTable},
 * {@link io.broccoli.window.AsOfTable} and {@link io.broccoli.window.AlignTable} compute joins. They are pure: samples
 * go in, results come out; they have no clock and no thread, and know nothing of Reactor.
 * {@link io.broccoli.window.Watermark} says how far event time has come.
 *
 * <p>How a table works: each key has a list of panes, which hold samples or accumulators, and a list of open windows. A
 * window is a range of panes. All keys share one list of the windows' intervals ({@code Slot}), in the order in which
 * they end, so a rise of the watermark looks at one interval and not at each key. Times are compared without overflow:
 * an interval is stored by its first and last millisecond, and never by its end.
 */
@NullMarked
package io.broccoli.window;

import org.jspecify.annotations.NullMarked;
