/**
 * Signatures as text and as trees of plain values, for consoles, files and messages.
 *
 * <p>{@link io.broccoli.canvas.text.Expression} parses and prints {@code chain(add.s(4, 4), mul.s(8))}.
 * {@link io.broccoli.canvas.text.SignatureTree} reads and writes trees of maps and lists, the form of JSON. The package
 * contains no JSON library: the caller parses JSON. Errors are
 * {@link io.broccoli.canvas.text.MalformedSignatureException}s that say where.
 *
 * <p>How an expression is parsed: {@code Lexer} creates tokens. {@code ExpressionParser} evaluates them while it reads,
 * with {@code Words} for the meaning of names and {@code Comprehensions} for the parts that are read repeatedly.
 * Length, depth and the number of values are bounded.
 */
@NullMarked
package io.broccoli.canvas.text;

import org.jspecify.annotations.NullMarked;
