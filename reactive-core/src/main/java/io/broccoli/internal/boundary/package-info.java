/**
 * The one place where foreign code is called: what a user wrote, or a library of a user's. Such code may throw anything, lie, or
 * break the rules of its interface. A call gives its value, or throws a {@link io.broccoli.internal.boundary.ForeignFailure}, which
 * must be caught and has the failure in words. Nothing behind this package asks a foreign exception for its message.
 *
 * <p>Each kind of foreign code has a class:
 *
 * <ul>
 *   <li>{@link io.broccoli.internal.boundary.Values}: getters, iterators and constructors of values that are encoded or decoded;
 *   <li>{@link io.broccoli.internal.boundary.Handlers}: the handlers of tasks, and the binding of their arguments;
 *   <li>{@link io.broccoli.internal.boundary.Upstream}: publishers that are subscribed, requested and cancelled;
 *   <li>{@link io.broccoli.internal.boundary.Downstream}: subscribers, with all operators before them;
 *   <li>{@link io.broccoli.internal.boundary.Guarded}: the subscribers of what a member publishes itself, such as its events;
 *   <li>{@link io.broccoli.internal.boundary.Carrier}: transports;
 *   <li>{@link io.broccoli.internal.boundary.Choices}: plans, routers, keys, predicates and observers;
 *   <li>{@link io.broccoli.internal.boundary.Timers}, {@link io.broccoli.internal.boundary.WorkerThread} and
 *       {@link io.broccoli.internal.boundary.Clock}: schedulers and clocks.
 * </ul>
 *
 * <p>Call them before a change of state begins or after it ended, never inside of it: foreign code may call back. They return on
 * the thread of the caller, and when foreign code returns: on the member's executor it must not block. An error of the VM reaches
 * the member by {@link io.broccoli.internal.boundary.Guard}.
 */
@NullMarked
package io.broccoli.internal.boundary;

import org.jspecify.annotations.NullMarked;
