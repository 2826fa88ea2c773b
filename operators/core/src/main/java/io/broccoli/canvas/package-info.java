/**
 * The canvas: chain, group, chord, map, starmap and chunks, run once or as stages of streams.
 *
 * <p>The entry type is {@link io.broccoli.canvas.Canvas}. Its static methods create signatures. Its instance methods
 * run them on a cluster: once as a {@code Mono}, or as a {@link io.broccoli.canvas.Stage} for {@code Flux.transform}.
 * {@link io.broccoli.window.Window} cuts a stream into windows. {@link io.broccoli.canvas.Args} is an element that stands
 * for several arguments.
 *
 * <p>How an element is processed: {@code SignatureReader} reads the signature once into a tree of {@code Step}s, in
 * which chains are spliced and a chord is a chain that begins with a group. {@code Cluster.dispatch} gives the element
 * a slot of the window and begins its {@code CanvasPlan}. {@code Progress} walks through a chain and sends consecutive
 * calls as one task. {@code Join} waits for the members of a group. Intermediate results stay encoded; only the final
 * result is decoded. This package has no threads, locks or queues of its own.
 */
@NullMarked
package io.broccoli.canvas;

import org.jspecify.annotations.NullMarked;
