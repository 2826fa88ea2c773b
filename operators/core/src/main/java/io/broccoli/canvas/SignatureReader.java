package io.broccoli.canvas;

import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.Signature;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a signature into a tree of {@link Step}s: chains in chains and groups in groups are spliced, a chord becomes its header
 * followed by its body, and arguments that flow into a whole canvas are put where they flow to. Only groups within something
 * within groups need the stack.
 */
final class SignatureReader {

    /** Deepest nesting of groups and headers, beyond what is spliced. */
    static final int DEEPEST = 200;

    private SignatureReader() {}

    /** @throws BadArgumentsException if a chain is empty, the nesting too deep, or an item of a starmap no list */
    static Step read(Signature<?> signature) {
        return read(signature, Flow.NONE, 0);
    }

    private static Step read(Signature<?> signature, Flow flow, int depth) {
        if (depth > DEEPEST) {
            throw new BadArgumentsException("groups are nested deeper than " + DEEPEST);
        }
        List<Sequence.Part> parts = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(signature, flow, null, 0));
        while (!open.isEmpty()) {
            Open next = open.pop();
            if (next.signature instanceof Signature.Applied<?> applied) {
                open.push(new Open(applied.signature(), next.flow.into(applied), next.chain, next.place));
            } else if (next.signature instanceof Signature.As<?> as) {
                open.push(new Open(as.signature(), next.flow, next.chain, next.place));
            } else if (next.signature instanceof Signature.Chain<?> chain) {
                pushSteps(chain, next, open);
            } else if (next.signature instanceof Signature.Chord<?> chord) {
                int place = next.takePlace();
                open.push(new Open(chord.body(), Flow.NONE, null, place));
                open.push(new Open(new Signature.Group<>(chord.header()), next.flow, null, place));
            } else {
                parts.add(new Sequence.Part(leaf(next.signature, next.flow, depth), next.takePlace()));
            }
        }
        return parts.size() == 1 && parts.get(0).place() == 0 ? parts.get(0).step() : new Sequence(parts);
    }

    private static void pushSteps(Signature.Chain<?> chain, Open in, Deque<Open> open) {
        List<Signature<?>> steps = chain.steps();
        if (steps.isEmpty()) {
            throw new BadArgumentsException("a chain needs at least one step");
        }
        Places places = in.chain == null ? new Places() : in.chain;
        for (int i = steps.size() - 1; i >= 0; i--) {
            open.push(new Open(steps.get(i), i == 0 ? in.flow : Flow.NONE, places, 0));
        }
    }

    private static Step leaf(Signature<?> signature, Flow flow, int depth) {
        if (signature instanceof Signature.Call<?> call) {
            return flow.into(call);
        }
        if (signature instanceof Signature.Group<?> group) {
            return group(group, flow, depth);
        }
        if (signature instanceof Signature.Each<?> each) {
            return new EachStep(each.task().name(), each.items(), each.spread());
        }
        Signature.Chunks<?> chunks = (Signature.Chunks<?>) signature;
        return new ChunksStep(chunks.task().name(), chunks.items(), chunks.size());
    }

    private static Step group(Signature.Group<?> group, Flow flow, int depth) {
        return new GroupStep(splice(group, flow).stream()
                .map(member -> read(member.signature, member.flow, depth + 1))
                .toList());
    }

    /** The members of a group, with those of groups in it in their places. */
    static List<Signature<?>> spliced(Signature.Group<?> group) {
        return splice(group, Flow.NONE).stream()
                .<Signature<?>>map(
                        each -> new Signature.Applied<>(each.signature, each.flow.args(), each.flow.kwargs()))
                .toList();
    }

    private static List<Open> splice(Signature.Group<?> group, Flow flow) {
        List<Open> members = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(group, flow, null, 0));
        while (!open.isEmpty()) {
            Open next = open.pop();
            if (next.signature instanceof Signature.Applied<?> applied) {
                open.push(new Open(applied.signature(), next.flow.into(applied), null, 0));
            } else if (next.signature instanceof Signature.As<?> as && isGroup(as)) {
                open.push(new Open(as.signature(), next.flow, null, 0));
            } else if (next.signature instanceof Signature.Group<?> inner) {
                for (int i = inner.members().size() - 1; i >= 0; i--) {
                    open.push(new Open(inner.members().get(i), next.flow, null, 0));
                }
            } else {
                members.add(next);
            }
        }
        return members;
    }

    /** Whether it is a group, perhaps with arguments or of another type. */
    private static boolean isGroup(Signature<?> signature) {
        Signature<?> inner = signature;
        while (!(inner instanceof Signature.Group<?>)) {
            if (inner instanceof Signature.Applied<?> applied) {
                inner = applied.signature();
            } else if (inner instanceof Signature.As<?> as) {
                inner = as.signature();
            } else {
                return false;
            }
        }
        return true;
    }

    /**
     * A signature that is still to be read.
     *
     * @param chain counts the steps of the chain that it is in; null outside of one
     * @param place in the chain further out, where chain is null
     */
    private record Open(
            Signature<?> signature, Flow flow, @Nullable Places chain, int place) {
        int takePlace() {
            return chain == null ? place : ++chain.last;
        }
    }

    /** Numbers the steps of a chain and of all that is spliced into it. */
    private static final class Places {
        private int last;
    }

    /** Arguments that flow into a canvas from outside. */
    private record Flow(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {

        static final Flow NONE = new Flow(List.of(), Map.of());

        /** What flows from further out comes first, and its keywords win. */
        Flow into(Signature.Applied<?> applied) {
            return new Flow(before(applied.args()), over(applied.kwargs()));
        }

        CallStep into(Signature.Call<?> call) {
            return call.immutable()
                    ? new CallStep(call.task().name(), call.args(), call.kwargs(), true)
                    : new CallStep(call.task().name(), before(call.args()), over(call.kwargs()), false);
        }

        private List<@Nullable Object> before(List<@Nullable Object> inner) {
            if (args.isEmpty()) {
                return inner;
            }
            List<@Nullable Object> all = new ArrayList<>(args);
            all.addAll(inner);
            return all;
        }

        private Map<String, @Nullable Object> over(Map<String, @Nullable Object> inner) {
            if (kwargs.isEmpty()) {
                return inner;
            }
            Map<String, @Nullable Object> all = new LinkedHashMap<>(inner);
            all.putAll(kwargs);
            return all;
        }
    }
}
