/**
 * Signatures as text and as trees of plain values, for consoles, files and messages.
 *
 * <p>Entry: {@link io.broccoli.canvas.text.Expression} reads and prints {@code chain(add.s(4, 4), mul.s(8))};
 * {@link io.broccoli.canvas.text.SignatureTree} reads and writes the form of maps and lists that JSON has. There is no JSON library
 * here: the caller parses. What is wrong comes as a {@link io.broccoli.canvas.text.MalformedSignatureException} that says where.
 *
 * <p>An expression's way: {@code Lexer} makes tokens; {@code ExpressionParser} evaluates them as it reads, with {@code Words} for
 * what names mean and {@code Comprehensions} for what is read again and again; all within bounds on length, depth and number of
 * values.
 */
@NullMarked
package io.broccoli.canvas.text;

import org.jspecify.annotations.NullMarked;
