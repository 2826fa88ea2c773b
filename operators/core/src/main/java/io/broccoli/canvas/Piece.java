package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One piece of a chunk on its way; if it is too large for a node it goes on as two halves, and so on down to single items. */
final class Piece implements Run.Then {

    private final Work.Each work;
    private final Run.Then then;

    private Piece(Work.Each work, Run.Then then) {
        this.work = work;
        this.then = then;
    }

    static void start(String task, List<? extends @Nullable Object> items, boolean spread, Run run, Run.Then then) {
        start(new Work.Each(task, List.of(), items, spread), run, then);
    }

    private static void start(Work.Each work, Run run, Run.Then then) {
        run.submit(work, new Piece(work, then));
    }

    @Override
    public void succeeded(Run run, Payload value) {
        then.succeeded(run, value);
    }

    @Override
    public void failed(Run run, TaskOutcome.Failure<?> failure) {
        int size = work.items().size();
        if (failure.kind() != FailureKind.TOO_LARGE || size < 2) {
            then.failed(run, failure);
            return;
        }
        Join.start(
                2,
                (half, joined, member) -> start(part(half * (size / 2), half == 0 ? size / 2 : size), joined, member),
                (joined, halves) -> EncodedLists.concat(halves),
                run,
                then);
    }

    private Work.Each part(int from, int end) {
        return new Work.Each(work.task(), work.args(), work.items().subList(from, end), work.spread());
    }
}
