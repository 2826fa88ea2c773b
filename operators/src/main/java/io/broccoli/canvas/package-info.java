/**
 * The canvas: chain, group, chord, map, starmap and chunks, run once or as stages of streams.
 *
 * <p>Entry: {@link io.broccoli.canvas.Canvas}. Its static methods make signatures, its instance methods run them on a cluster:
 * once as a {@code Mono}, or as a {@link io.broccoli.canvas.Stage} for {@code Flux.transform}. {@link io.broccoli.canvas.Window}
 * says how a stream is cut, {@link io.broccoli.canvas.Args} makes one element several arguments.
 *
 * <p>An element's way: the signature was read once into a tree of {@code Step}s, where chains are spliced and chords are chains
 * that begin with a group ({@code SignatureReader}). {@code Cluster.dispatch} gives the element a slot of the window and begins
 * its {@code CanvasPlan}; {@code Progress} walks through a chain and sends neighbouring calls as one row, {@code Join} waits for
 * the members of a group. What goes from step to step is still encoded; only the end result is decoded. Nothing here has
 * threads, locks or queues of its own.
 */
@NullMarked
package io.broccoli.canvas;

import org.jspecify.annotations.NullMarked;
