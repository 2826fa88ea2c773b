/**
 * A member as a node. The way of one task:
 *
 * <ol>
 *   <li>{@link io.broccoli.internal.node.NodeRuntime} hands a frame to the ledger, which accepts each task that has credit; it is a
 *       {@link io.broccoli.internal.node.NodeTask} in the queue of the {@link io.broccoli.internal.node.Workers} then;
 *   <li>a free worker takes it, and gives it a {@link io.broccoli.internal.node.WorkerLease};
 *   <li>a {@link io.broccoli.internal.node.TaskRunner} takes the steps of a {@code TaskRun}, which calls the handlers through the
 *       boundary: a step says that the task is done, waits for a publisher, gives items, or subscribes to a feed;
 *   <li>the task ends, once, and goes back to {@code NodeRuntime}; whatever happened, the lease is released;
 *   <li>results gather, and are sent in one frame.
 * </ol>
 *
 * <p>A handler that gives a {@code Flux} is run by {@link io.broccoli.internal.node.HandlerFlux}, under the item limit of its
 * producer. {@code NodeFeeds} has a {@code FeedSource} for each feed that is subscribed, with one {@code Intake} from its publisher
 * and a {@link io.broccoli.internal.node.FeedSubscriber} for each subscriber. A {@code FeedView} stands between a source and those
 * who subscribe to equal views of it; its {@code ViewThread} does the work. What a task sends itself is known here as
 * {@link io.broccoli.internal.node.SubTasks} only. {@code Tally} has the node's figures, and {@code Unheard} says which members do not
 * hear its answers.
 *
 * <p>Everything belongs to the member's serial executor, but for what runs on workers and on the threads of publishers: their
 * classes say so.
 */
@NullMarked
package io.broccoli.internal.node;

import org.jspecify.annotations.NullMarked;
