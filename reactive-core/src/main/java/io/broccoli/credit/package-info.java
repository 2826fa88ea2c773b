/**
 * The credit protocol as pure classes: no Reactor, no clock, no thread. {@link io.broccoli.credit.CreditLink} is what a producer
 * knows of its link to one node, {@link io.broccoli.credit.CreditLedger} what a node knows of the links of all its producers.
 * Frames go in, frames come out, time is passed in (nanoseconds). Each instance belongs to one serial executor.
 *
 * <p>{@link io.broccoli.credit.ItemSource} and {@link io.broccoli.credit.ItemSink} are the two ends of a stream of items, one for
 * each task that gives several values. {@code Pace} says how many tasks a link should keep under way; that is a matter of speed
 * alone, the credit of a node is what protects it.
 *
 * <p>The invariants that they keep are in {@code docs/protocol.md}; the first of them: what a node holds and what it has allowed
 * never exceed its places.
 */
@NullMarked
package io.broccoli.credit;

import org.jspecify.annotations.NullMarked;
