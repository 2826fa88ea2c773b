/**
 * What a view of a feed does with the readings of a source: {@link io.broccoli.internal.view.ViewProgram} is a view that was
 * read and checked, {@link io.broccoli.internal.view.ViewRun} runs it, {@link io.broccoli.internal.view.Grammar} reads the
 * text of an expression. Pure: no clock, no thread, no user's code but by {@link io.broccoli.internal.view.ViewFunctions}.
 * The node runs views with it, and the subscriber those of nodes that cannot.
 */
@NullMarked
package io.broccoli.internal.view;

import org.jspecify.annotations.NullMarked;
