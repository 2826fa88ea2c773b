/**
 * What every member has, be it a producer, a node or both. Everything of a member happens on its
 * {@link io.broccoli.internal.base.SerialExecutor}; its parts share a {@link io.broccoli.internal.base.MemberContext}. Frames leave by
 * the {@link io.broccoli.internal.base.Wire}, and what comes is bounded by the {@link io.broccoli.internal.base.InboxBudget}. The
 * {@link io.broccoli.internal.base.Directory} tells users who is there: its subscribers are called when the member settles, not while
 * something changes. Times are compared by {@link io.broccoli.internal.base.Deadline}.
 *
 * <p>How large frames may be is learned by {@link io.broccoli.internal.base.FrameLimit}: one for each direction of a link, fed by what
 * the credit protocol finds lost, and one for the member's own connection, fed by {@code Cuts} when that ends at a large frame.
 */
@NullMarked
package io.broccoli.internal.base;

import org.jspecify.annotations.NullMarked;
