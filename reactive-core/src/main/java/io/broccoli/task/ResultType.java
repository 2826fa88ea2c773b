package io.broccoli.task;

import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Determines the result type of a signature. Visits each part once, without recursion, because a canvas may be deep and
 * long.
 */
final class ResultType {

    private ResultType() {}

    static Type of(Signature<?> signature) {
        Signature<?> last = signature;
        while (true) {
            if (last instanceof Signature.Chain<?> chain) {
                if (chain.steps().isEmpty()) {
                    return Object.class;
                }
                last = chain.steps().get(chain.steps().size() - 1);
            } else if (last instanceof Signature.Chord<?> chord) {
                last = chord.body();
            } else if (last instanceof Signature.Applied<?> applied) {
                last = applied.signature();
            } else if (last instanceof Signature.Call<?> call) {
                return call.task().type();
            } else if (last instanceof Signature.Each<?> each) {
                return ListType.of(each.task().type());
            } else if (last instanceof Signature.Chunks<?> chunks) {
                return ListType.of(ListType.of(chunks.task().type()));
            } else if (last instanceof Signature.As<?> as) {
                return as.type();
            } else {
                return ListType.of(common((Signature.Group<?>) last));
            }
        }
    }

    /** The common type of all members, otherwise Object. A member that is a group is spliced, as it is when it runs. */
    private static Type common(Signature.Group<?> group) {
        Deque<Signature<?>> members = new ArrayDeque<>(group.members());
        @Nullable Type common = null;
        while (!members.isEmpty()) {
            Signature<?> member = members.removeFirst();
            if (spliced(member) instanceof Signature.Group<?> inner) {
                inner.members().forEach(members::addFirst);
            } else {
                Type type = of(member);
                if (common != null && !common.equals(type)) {
                    return Object.class;
                }
                common = type;
            }
        }
        return common == null ? Object.class : common;
    }

    private static Signature<?> spliced(Signature<?> member) {
        Signature<?> inner = member;
        while (true) {
            if (inner instanceof Signature.Applied<?> applied) {
                inner = applied.signature();
            } else if (inner instanceof Signature.As<?> as) {
                inner = as.signature();
            } else {
                return inner;
            }
        }
    }
}
