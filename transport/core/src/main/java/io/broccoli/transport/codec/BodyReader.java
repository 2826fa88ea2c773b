package io.broccoli.transport.codec;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads bodies. */
final class BodyReader {

    private BodyReader() {}

    static Body read(Payload payload) {
        WireReader in = new WireReader(payload);
        int size = in.arrayHeader();
        if (size == 0) {
            throw in.malformed(in.at(), "an empty body");
        }
        int place = in.at();
        long first = in.integer();
        if (first < BodyKinds.STAR || first > Integer.MAX_VALUE) {
            throw in.malformed(place, first + ", which is neither a function nor a kind of body");
        }
        int left = size - 1;
        Body body = first >= 0 ? plainCall(in, (int) first, left) : byKind(in, place, (int) first, left);
        in.done();
        return body;
    }

    private static Body plainCall(WireReader in, int function, int arguments) {
        List<@Nullable Object> args = new ArrayList<>(arguments);
        for (int left = arguments - 1; left >= 0; left--) {
            args.add(ValueReader.read(in, Limits.DEPTH - 1, left));
        }
        return new Body.Call(function, args, Map.of(), Body.Headers.NONE);
    }

    private static Body byKind(WireReader in, int place, int kind, int size) {
        Fields fields = new Fields(in, size);
        if (size == 0) {
            throw in.malformed(place, "a body that ends after its kind");
        }
        Body body;
        if (kind == BodyKinds.CHAIN) {
            body = new Body.Chain(steps(in, fields), headers(in, fields));
        } else {
            fields.need();
            int function = in.count(Integer.MAX_VALUE);
            List<@Nullable Object> first = values(in, fields, Limits.DEPTH - 1);
            if (kind == BodyKinds.CALL) {
                Map<String, @Nullable Object> kwargs = kwargs(in, fields, Limits.DEPTH - 1);
                body = new Body.Call(function, first, kwargs, headers(in, fields));
            } else {
                List<@Nullable Object> args = values(in, fields, Limits.DEPTH - 1);
                body = new Body.Each(function, args, first, kind == BodyKinds.STAR, headers(in, fields));
            }
        }
        fields.skipRest(Limits.DEPTH - 1);
        return body;
    }

    private static List<Body.Step> steps(WireReader in, Fields fields) {
        fields.need();
        int size = in.arrayHeader();
        List<Body.Step> steps = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Fields parts = Fields.open(in);
            parts.need();
            int function = in.count(Integer.MAX_VALUE);
            List<@Nullable Object> args = values(in, parts, Limits.DEPTH - 3);
            Map<String, @Nullable Object> kwargs = kwargs(in, parts, Limits.DEPTH - 3);
            boolean immutable = parts.next() && in.bool();
            parts.skipRest(Limits.DEPTH - 3);
            steps.add(new Body.Step(function, args, kwargs, immutable));
        }
        return steps;
    }

    private static List<@Nullable Object> values(WireReader in, Fields fields, int depth) {
        return fields.next() ? ValueReader.list(in, depth, fields.left()) : List.of();
    }

    private static Map<String, @Nullable Object> kwargs(WireReader in, Fields fields, int depth) {
        if (!fields.next()) {
            return Map.of();
        }
        return in.take(Tags.FIXMAP) ? Map.of() : ValueReader.map(in, depth, fields.left());
    }

    private static Body.Headers headers(WireReader in, Fields fields) {
        if (!fields.next()) {
            return Body.Headers.NONE;
        }
        Fields parts = Fields.open(in);
        long deadline = parts.next() ? in.count() : 0;
        int attempt = parts.next() ? in.count(Integer.MAX_VALUE) : 1;
        long id = parts.next() ? in.integer() : 0;
        int depth = parts.next() ? in.count(Integer.MAX_VALUE) : 0;
        String trace = parts.next() ? in.string() : "";
        long itemLimit = parts.next() ? in.count() : 0;
        long received = parts.next() ? in.count() : 0;
        parts.skipRest(Limits.DEPTH - 2);
        return new Body.Headers(id, attempt, deadline, depth, trace, itemLimit, received);
    }
}
