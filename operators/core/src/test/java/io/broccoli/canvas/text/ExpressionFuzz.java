package io.broccoli.canvas.text;

import io.broccoli.fuzz.Fuzz;
import io.broccoli.task.Signature;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Texts as expressions; what is read is printed, and must be read again as the same. */
class ExpressionFuzz extends Fuzz {

    public static void fuzzerTestOneInput(byte[] input) {
        Signature<Object> read;
        try {
            read = Expression.parse(new String(input, StandardCharsets.UTF_8));
        } catch (MalformedSignatureException refused) {
            return;
        }
        String printed = Expression.print(read);
        if (printed.length() > Expression.LONGEST) {
            return; // range and zip make long texts of short ones
        }
        Signature<Object> again;
        try {
            again = Expression.parse(printed);
        } catch (MalformedSignatureException refused) {
            throw new AssertionError("printed as " + printed, refused);
        }
        if (!printed.equals(Expression.print(again))) {
            throw new AssertionError("printed as " + printed + ", and then as " + Expression.print(again));
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        return texts(
                "chain(add.s(4, 4), mul.s(8), mul.s(10))",
                "add.s(4, 4) | mul.s(8) | mul.s(10)",
                "group(add.s(i, i) for i in range(10))",
                "group([add.s(2, 2), add.s(4, 4)])",
                "chord([add.s(i, i) for i in range(10)], xsum.s())",
                "chord(add.s(i, i) for i in range(10))(xsum.s())",
                "xsum.map([range(10), range(100)])",
                "add.starmap(zip(range(10), range(10)))",
                "add.chunks(zip(range(100), range(100)), 10)",
                "add.s(2)(4)",
                "add.si(2, y=-5.5e3)",
                "math.add.s(1, 'a\\n', \"b\", None, True, false, null)",
                "task(\"any name\").s({'a': [1, (2, 3)], 'b': {}})");
    }
}
