/**
 * A member as a producer. The way of one element:
 *
 * <ol>
 *   <li>{@link io.broccoli.internal.producer.FluxDispatch} is subscribed: a {@link io.broccoli.internal.producer.DispatchStream} asks
 *       its source for as many elements as credit and window allow;
 *   <li>an element arrives, on any thread, at the stream's {@link io.broccoli.internal.producer.StreamSignals}, which ask its router
 *       and note it as an {@code ElementRun};
 *   <li>the {@link io.broccoli.internal.producer.Dispatcher} settles, on the member's serial executor: the stream begins the element,
 *       its plan submits work, and the work becomes an {@link io.broccoli.internal.producer.Errand} in the stream's
 *       {@link io.broccoli.internal.producer.Backlog}: in a {@link io.broccoli.internal.producer.Lane}, where it waits for credit,
 *       among the {@code Sleepers}, or behind an earlier errand of its key;
 *   <li>{@link io.broccoli.internal.producer.Turns} give each stream its turn; the lane picks the
 *       {@link io.broccoli.internal.producer.Link} with the most credit, and {@code Launches} write the arguments and put the errand
 *       on it; {@code Wants} work out for how much credit each node is asked;
 *   <li>{@link io.broccoli.internal.producer.Links} send what is there to be sent, one frame at a time for each node;
 *   <li>a frame of results comes: the link tells {@code Notes} how the errand ended; when it is done with the frame, {@code Endings}
 *       work out what that means: the plan hears a value or a failure, or the errand waits again;
 *   <li>the plan ends the element, and the stream's {@code Emitter} emits its outcome when it is asked for.
 * </ol>
 *
 * <p>An errand is always in one {@code Errand.State}: waiting, sleeping, sent, answered, in place, or ended. All transitions are in that
 * class. A link's state is in {@code Link.State} in the same way; what its node offers is an {@code Offer}. {@link
 * io.broccoli.internal.producer.Topology} knows all links, and which of them work may go to. {@code Agenda} knows when to settle again.
 * {@code HeldBack} says what a stream waits for, when somebody asks.
 *
 * <p>Users' code is called through the boundary, and never inside a transition: routers as an element arrives; plans as it begins
 * and by {@code Endings}; values by {@code Launches}, while their errand still waits; sources as they are asked, subscribers as
 * outcomes are emitted.
 *
 * <p>A feed is a {@link io.broccoli.internal.producer.FeedParts}, with one {@link io.broccoli.internal.producer.FeedPart} for each
 * node: the elements of a stream whose tasks do not end. {@code FeedItems} read what the node gives, {@code SourceClock} maps the times
 * of a node without a clock, and {@code LocalView} runs a view for a node that cannot. What a task sends itself is known here by its
 * {@link io.broccoli.internal.producer.Parent}; if it runs in its parent's place, it is an
 * {@link io.broccoli.internal.producer.InPlace} at the {@link io.broccoli.internal.producer.OwnNode}.
 *
 * <p>Classes know each other both ways in one group of six: {@code ElementRun}, {@code Errand}, {@code ErrandQueue}, {@code Lane},
 * {@code WaitingRoom} and {@code Link}. An errand tells the place that it leaves, and a place knows the errands in it; to hide one
 * from the other would double each transition.
 */
@NullMarked
package io.broccoli.internal.producer;

import org.jspecify.annotations.NullMarked;
