/**
 * What users write and read: {@link io.broccoli.examples.text.Expressions} makes signatures of it,
 * {@link io.broccoli.examples.text.Json} reads and writes plain values.
 */
@NullMarked
package io.broccoli.examples.text;

import org.jspecify.annotations.NullMarked;
