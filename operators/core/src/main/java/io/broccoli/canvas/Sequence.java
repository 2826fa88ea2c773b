package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.task.Work;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parts that run one after the other, each with the result of the one before: a chain, or a chord (its header, then its body).
 * Calls that stand in a row can travel as one task, if one node offers all of them.
 */
final class Sequence implements Step {

    /** Longest row of calls that travels as one task: what a small node still decodes with ease. */
    static final int LONGEST_ROW = 64;

    private final List<Part> parts;

    /** For each part: behind the last call of the row that it begins; itself plus 1 if it is no call. */
    private final int[] rowEnds;

    /** For each part at which a whole row begins: the names in that row. */
    private final @Nullable List<String>[] rowNames;

    /**
     * A part.
     *
     * @param place in the chain as it was written, counted from 1; 0 outside of a chain
     */
    record Part(Step step, int place) {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    Sequence(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.rowEnds = new int[parts.size()];
        this.rowNames = new List[parts.size()];
        for (int from = 0; from < parts.size(); from = rowEnds[from]) {
            int end = from;
            while (end < parts.size()
                    && end - from < LONGEST_ROW
                    && parts.get(end).step() instanceof CallStep) {
                end++;
            }
            Arrays.fill(rowEnds, from, Math.max(end, from + 1), Math.max(end, from + 1));
            if (end - from > 1) {
                rowNames[from] = parts.subList(from, end).stream()
                        .map(part -> ((CallStep) part.step()).task())
                        .distinct()
                        .toList();
            }
        }
    }

    int size() {
        return parts.size();
    }

    Part part(int index) {
        return parts.get(index);
    }

    /** Behind the last part that can travel with this one as one task. */
    int rowEnd(int from, int longest, Run run) {
        int end = rowEnds[from];
        List<String> names = rowNames[from];
        if (longest >= end - from && (end - from == 1 || (names != null && run.together(names)))) {
            return end;
        }
        int bound = Math.min(end, from + Math.min(longest, LONGEST_ROW));
        Set<String> some = new LinkedHashSet<>();
        for (int i = from; i < bound; i++) {
            if (some.add(((CallStep) parts.get(i).step()).task()) && i > from && !run.together(List.copyOf(some))) {
                return i;
            }
        }
        return bound;
    }

    /** The calls from one part to another as one task. */
    Work.Chain row(int from, int end, List<? extends @Nullable Object> flow) {
        Work.Step[] row = new Work.Step[end - from];
        for (int i = from; i < end; i++) {
            row[i - from] = ((CallStep) parts.get(i).step()).inRow(i == from ? flow : List.of());
        }
        return new Work.Chain(List.of(row));
    }

    @Override
    public void start(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        new Progress(this, flow, then, false).advance(run);
    }

    @Override
    public void stream(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        new Progress(this, flow, then, true).advance(run);
    }

    @Override
    public long smallestResult() {
        return parts.get(parts.size() - 1).step().smallestResult();
    }

    @Override
    public void gatherings(Consumer<Gathering> found) {
        for (int i = 0; i < parts.size(); i++) {
            Step step = parts.get(i).step();
            step.gatherings(found);
            if (i > 0) {
                step.takers(parts.get(i - 1).step().smallestResult(), found);
            }
        }
    }

    @Override
    public void takers(long bytes, Consumer<Gathering> found) {
        parts.get(0).step().takers(bytes, found);
    }

    @Override
    public @Nullable Object firstArgument() {
        return parts.get(0).step().firstArgument();
    }
}
