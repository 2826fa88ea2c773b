/**
 * A member at work. The way of one element:
 *
 * <ol>
 *   <li>{@link io.broccoli.dispatch.FluxDispatch} is subscribed: a {@link io.broccoli.dispatch.DispatchStream} asks its source
 *       for what window and credit allow;
 *   <li>an element arrives, on any thread, at its {@link io.broccoli.dispatch.StreamSignals}, and becomes an
 *       {@link io.broccoli.dispatch.ElementRun}, for which the plan submits work: an {@link io.broccoli.dispatch.Errand} in a
 *       {@link io.broccoli.dispatch.Lane};
 *   <li>{@link io.broccoli.dispatch.Turns} give each stream its turn, the lane picks the
 *       {@link io.broccoli.dispatch.Link} with the most credit, {@link io.broccoli.dispatch.Errands} launches it there, and
 *       {@link io.broccoli.dispatch.Links} tell each node what is wanted of it;
 *   <li>the {@link io.broccoli.dispatch.Wire} sends what is there to be sent in one frame;
 *   <li>at the node, {@link io.broccoli.dispatch.Member} hands the frame to {@link io.broccoli.dispatch.NodeRuntime}; the ledger
 *       accepts each task as a {@link io.broccoli.dispatch.Job} for the {@link io.broccoli.dispatch.Workers}, an
 *       {@link io.broccoli.dispatch.Execution} runs its handler;
 *   <li>results gather, go back in one frame, end the element, and are emitted.
 * </ol>
 *
 * <p>A handler that gives a {@code Flux} is run by {@link io.broccoli.dispatch.HandlerFlux}, under the item limit of its producer.
 * A handler that sends tasks itself has {@link io.broccoli.dispatch.SubWork}; the node's {@link io.broccoli.dispatch.Nesting}
 * sees to it that tasks do not wait for each other for ever.
 *
 * <p>A feed is a {@link io.broccoli.dispatch.FeedParts} at the producer, one {@link io.broccoli.dispatch.FeedPart} for each node; at
 * the node {@link io.broccoli.dispatch.NodeFeeds} has a {@link io.broccoli.dispatch.FeedSource} for each that is subscribed, with one
 * {@link io.broccoli.dispatch.Intake} from its publisher and a {@link io.broccoli.dispatch.FeedSubscriber} for each who listens.
 *
 * <p>All of a member happens on one {@link io.broccoli.dispatch.SerialExecutor}, but handlers, which run on workers. Nothing
 * here is public but what {@link java.util.ServiceLoader} needs.
 */
@NullMarked
package io.broccoli.dispatch;

import org.jspecify.annotations.NullMarked;
