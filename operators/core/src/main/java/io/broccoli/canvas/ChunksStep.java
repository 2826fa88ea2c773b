package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items in pieces of one size, the last perhaps shorter: a task for each piece; what flows in is ignored. */
record ChunksStep(String task, List<?> items, int size) implements Step {

    ChunksStep {
        items = items.stream().<Object>map(Args::spread).toList(); // refused before anything runs
    }

    @Override
    public void start(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        Join.list(pieces(), this::startPiece, run, then);
    }

    private int pieces() {
        return (items.size() + size - 1) / size;
    }

    @Override
    public long smallestResult() {
        long heads = pieces() * Gathering.list(0, 0); // of the list of each piece
        return Gathering.list(pieces(), heads + items.size() * Gathering.SMALLEST_RESULT);
    }

    private void startPiece(int index, Run run, Run.Then then) {
        int from = index * size;
        Piece.start(task, items.subList(from, Math.min(items.size(), from + size)), true, run, then);
    }

    @Override
    public @Nullable Object firstArgument() {
        return items.isEmpty() || ((List<?>) items.get(0)).isEmpty() ? null : ((List<?>) items.get(0)).get(0);
    }
}
