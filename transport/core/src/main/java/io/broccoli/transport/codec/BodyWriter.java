package io.broccoli.transport.codec;

import io.broccoli.frame.Body;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes bodies: the commonest, a call with nothing but arguments, as {@code [function, arguments...]}, the others by kind. */
final class BodyWriter {
    private final ValueWriter values;

    BodyWriter(ValueWriter values) {
        this.values = values;
    }

    /** @throws Misfit if a value cannot be written */
    void write(WireWriter out, Body body) {
        if (body instanceof Body.Call call) {
            call(out, call);
        } else if (body instanceof Body.Each each) {
            each(out, each);
        } else {
            chain(out, (Body.Chain) body);
        }
    }

    private void call(WireWriter out, Body.Call call) {
        boolean plainHeaders = call.headers().isNone();
        if (plainHeaders && call.kwargs().isEmpty()) {
            List<? extends @Nullable Object> args = call.args();
            int size = args.size();
            out.arrayHeader(size + 1);
            out.count(call.function());
            for (int i = 0; i < size; i++) {
                value(out, args.get(i), "args", i);
            }
        } else {
            out.arrayHeader(plainHeaders ? 4 : 5);
            out.integer(BodyKinds.CALL);
            out.count(call.function());
            args(out, call.args(), "args", Limits.DEPTH - 1);
            kwargs(out, call.kwargs(), Limits.DEPTH - 1);
            headers(out, call.headers(), plainHeaders);
        }
    }

    private void each(WireWriter out, Body.Each each) {
        boolean plainHeaders = each.headers().isNone();
        boolean unbound = each.args().isEmpty();
        out.arrayHeader(!plainHeaders ? 5 : unbound ? 3 : 4);
        out.integer(each.spread() ? BodyKinds.STAR : BodyKinds.EACH);
        out.count(each.function());
        args(out, each.items(), "items", Limits.DEPTH - 1);
        if (!unbound || !plainHeaders) {
            args(out, each.args(), "args", Limits.DEPTH - 1);
        }
        headers(out, each.headers(), plainHeaders);
    }

    private void chain(WireWriter out, Body.Chain chain) {
        boolean plainHeaders = chain.headers().isNone();
        out.arrayHeader(plainHeaders ? 2 : 3);
        out.integer(BodyKinds.CHAIN);
        out.arrayHeader(chain.steps().size());
        int i = 0;
        try {
            for (Body.Step step : chain.steps()) {
                step(out, step);
                i++;
            }
        } catch (Misfit misfit) {
            throw misfit.in(i).in(".steps");
        }
        headers(out, chain.headers(), plainHeaders);
    }

    private void step(WireWriter out, Body.Step step) {
        boolean positional = step.kwargs().isEmpty();
        int size = step.immutable() ? 4 : !positional ? 3 : step.args().isEmpty() ? 1 : 2;
        out.arrayHeader(size);
        out.count(step.function());
        if (size > 1) {
            args(out, step.args(), "args", Limits.DEPTH - 3);
        }
        if (size > 2) {
            kwargs(out, step.kwargs(), Limits.DEPTH - 3);
        }
        if (size > 3) {
            out.bool(true);
        }
    }

    private void value(WireWriter out, @Nullable Object value, String part, int index) {
        try {
            values.write(out, value, Limits.DEPTH - 1);
        } catch (Misfit misfit) {
            throw misfit.in(index).in("." + part);
        }
    }

    private void args(WireWriter out, List<? extends @Nullable Object> args, String part, int depth) {
        try {
            values.list(out, args, depth);
        } catch (Misfit misfit) {
            throw misfit.in("." + part);
        }
    }

    private void kwargs(WireWriter out, Map<String, ? extends @Nullable Object> kwargs, int depth) {
        try {
            values.map(out, kwargs, depth);
        } catch (Misfit misfit) {
            throw misfit.in(".kwargs");
        }
    }

    private static void headers(WireWriter out, Body.Headers headers, boolean plain) {
        if (!plain) {
            int size = size(headers);
            out.arrayHeader(size);
            out.count(headers.deadlineMillis());
            if (size > 1) {
                out.count(headers.attempt());
            }
            if (size > 2) {
                out.integer(headers.id());
            }
            if (size > 3) {
                out.count(headers.depth());
            }
            if (size > 4) {
                out.string(headers.trace());
            }
            if (size > 5) {
                out.count(headers.itemLimit());
            }
            if (size > 6) {
                out.count(headers.received());
            }
        }
    }

    private static int size(Body.Headers headers) {
        if (headers.received() != 0) {
            return 7;
        }
        if (headers.itemLimit() != 0) {
            return 6;
        }
        if (!headers.trace().isEmpty()) {
            return 5;
        }
        return headers.depth() != 0 ? 4 : headers.id() != 0 ? 3 : headers.attempt() > 1 ? 2 : 1;
    }
}
