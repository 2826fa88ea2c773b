/**
 * The credit protocol as pure classes: no Reactor, no clock, no thread. {@link io.broccoli.internal.credit.CreditLink} is what a producer
 * knows of its link to one node, {@link io.broccoli.internal.credit.CreditLedger} what a node knows of the links of all its producers.
 * Frames go in, frames come out, time is passed in (nanoseconds). Each instance belongs to one serial executor.
 *
 * <p>{@link io.broccoli.internal.credit.ItemSource} and {@link io.broccoli.internal.credit.ItemSink} are the two ends of a stream of items, one for
 * each task that gives several values. How many tasks a link should keep under way to be fast is not known here: the credit of a
 * node is what protects it. {@link io.broccoli.internal.base.Deadline} is how all of them compare times.
 *
 * <p>Who is dealt a place: {@code CreditDealer} asks {@code DealOrder} for the link with the fewest places for its weight, and
 * {@code Share} counts what one producer has, over all its links. Unused credit: a node takes it back by {@code Share}, a producer
 * gives it back by {@code UnusedCredit}.
 *
 * <p>What a POLL asks of tasks that are late is in {@code Questions}. {@code Losses} counts how often one task, result or item was
 * lost in a large frame, and tells the {@link io.broccoli.internal.base.FrameLimit}.
 *
 * <p>The invariants that they keep are in {@code docs/protocol.md}; the first of them: what a node holds and what it has allowed
 * never exceed its places. What either side keeps is bounded, whatever the other one sends.
 */
@NullMarked
package io.broccoli.internal.credit;

import org.jspecify.annotations.NullMarked;
