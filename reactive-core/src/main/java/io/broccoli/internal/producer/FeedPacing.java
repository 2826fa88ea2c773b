package io.broccoli.internal.producer;

import io.broccoli.feed.FeedPacer;
import io.broccoli.internal.boundary.Choices;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A user's pacer, as the parts of a feed know it: told of each part once, on the member's executor. */
final class FeedPacing {

    private final FeedPacer pacer;
    private final Choices choices;
    private final Executor executor;
    private final Set<String> there = new HashSet<>(); // nodes that the pacer counts on
    private @Nullable Throwable failed;

    FeedPacing(FeedPacer pacer, Choices choices, Executor executor) {
        this.pacer = pacer;
        this.choices = choices;
        this.executor = executor;
    }

    void started(String node, ElementRun part) {
        there.add(node);
        note(choices.observe(pacer::started, node, new PartCredit(part)));
    }

    void stopped(String node) {
        note(choices.observe((pacing, name) -> pacing.stopped(name), pacer, node));
    }

    void left(String node) {
        if (there.remove(node)) {
            note(choices.observe((pacing, name) -> pacing.left(name), pacer, node));
        }
    }

    private void note(@Nullable Throwable thrown) {
        if (failed == null) {
            failed = thrown;
        }
    }

    /** What the pacer threw; null if it did not. */
    @Nullable Throwable failed() {
        return failed;
    }

    /** Asks for samples of one run of a part. */
    private final class PartCredit implements FeedPacer.Credit {
        private final ElementRun part;

        PartCredit(ElementRun part) {
            this.part = part;
        }

        @Override
        public void ask(long samples) {
            if (samples < 1) {
                throw new IllegalArgumentException("at least one sample is asked for, not " + samples);
            }
            executor.execute(() -> part.allow(samples));
        }

        @Override
        public void isWaiting(Consumer<? super Boolean> answer) {
            executor.execute(
                    () -> note(choices.observe((heard, waits) -> heard.accept(waits), answer, part.isWaiting())));
        }
    }
}
