package io.broccoli.examples.text;

import io.broccoli.canvas.text.Expression;
import io.broccoli.canvas.text.MalformedSignatureException;
import io.broccoli.canvas.text.SignatureTree;
import io.broccoli.task.Signature;
import org.jspecify.annotations.Nullable;

/** What users write, as signatures. */
public final class Expressions {

    private Expressions() {}

    /**
     * Reads an expression.
     *
     * @throws BadInputException if it is none, naming the place
     */
    public static Signature<Object> parse(String expression) {
        try {
            return Expression.parse(expression);
        } catch (MalformedSignatureException malformed) {
            throw new BadInputException(String.valueOf(malformed.getMessage()));
        }
    }

    /**
     * Reads the JSON form.
     *
     * @param path where the tree is in what was read
     * @throws BadInputException if it is no signature, naming the path
     */
    public static Signature<Object> read(@Nullable Object tree, String path) {
        try {
            return SignatureTree.read(tree);
        } catch (MalformedSignatureException malformed) {
            String problem = String.valueOf(malformed.getMessage());
            // The reader calls its tree $; here that is a part of something larger.
            throw new BadInputException(problem.startsWith("$") ? path + problem.substring(1) : path + ": " + problem);
        }
    }
}
