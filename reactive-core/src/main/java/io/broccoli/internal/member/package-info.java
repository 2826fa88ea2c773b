/**
 * One process in the cluster. {@link io.broccoli.internal.member.MemberFactory}, found by {@link java.util.ServiceLoader}, puts a
 * {@code Member} together: its side as a producer ({@link io.broccoli.internal.producer}), and, if it is a node, its side as one
 * ({@link io.broccoli.internal.node}) with what tasks send themselves ({@link io.broccoli.internal.nested}). A member decodes what
 * the transport brings, on the transport's thread, and hands it to one of its sides on the
 * {@link io.broccoli.internal.base.SerialExecutor}, where everything happens but handlers.
 */
@NullMarked
package io.broccoli.internal.member;

import org.jspecify.annotations.NullMarked;
