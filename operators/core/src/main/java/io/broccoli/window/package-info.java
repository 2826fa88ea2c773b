/**
 * Windows and joins over event time: what happened between 10:00 and 10:01, not what arrived then.
 *
 * <p>Start at {@link io.broccoli.window.EventTime}, which says how elements state their time and makes operators:
 * {@link io.broccoli.window.EventStage}s of windows, and {@link io.broccoli.window.EventJoin}s. In an
 * {@link io.broccoli.window.EventFeed} event time steers the credit of nodes. {@link io.broccoli.window.Window} says how a
 * stream is cut, by count, by time of arrival, or by event time.
 *
 * <p>{@link io.broccoli.window.WindowTable} computes windows, {@link io.broccoli.window.JoinTable},
 * {@link io.broccoli.window.AsOfTable} and {@link io.broccoli.window.AlignTable} compute joins. They are pure: samples
 * go in, results come out; they have no clock and no thread, and know nothing of Reactor. {@code Table} is what an operator
 * needs of each of them.
 * {@link io.broccoli.window.Watermark} says how far event time has come.
 *
 * <p>How a table works: each key has a list of panes, which hold samples or accumulators, and a list of open windows. A
 * window is a range of panes. All keys share one list of the windows' intervals ({@code Slot}), in the order in which
 * they end, so a rise of the watermark looks at one interval and not at each key. Times are compared without overflow:
 * an interval is stored by its first and last millisecond, and never by its end.
 *
 * <p>How an operator works: {@code EventSubscriber} takes what {@code StageSignals} note, one thread at a time, drives a
 * {@code Machine}, which is a table with the functions that read elements, and asks for more by a {@code Demand}: one for a
 * whole stream, or one for each node of a feed. {@link io.broccoli.window.WindowPart} is what a stage gives that others fold
 * in pieces. Users' functions are called on the thread that delivers the element.
 */
@NullMarked
package io.broccoli.window;

import org.jspecify.annotations.NullMarked;
