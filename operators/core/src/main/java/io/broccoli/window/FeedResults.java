package io.broccoli.window;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The results of a stage or a join for feeds, whose nodes are asked one by one. */
final class FeedResults<T, O> extends Flux<O> {

    private final Operation<T, O> operation;
    private final Consumer<Watermark> prepared;
    private final BiConsumer<EventSubscriber<T, O>, FeedDemand> feeds;

    /**
     * @param prepared gets the watermark of each subscription before anything comes
     * @param feeds subscribes to the feeds
     */
    FeedResults(
            Operation<T, O> operation,
            Consumer<Watermark> prepared,
            BiConsumer<EventSubscriber<T, O>, FeedDemand> feeds) {
        this.operation = operation;
        this.prepared = prepared;
        this.feeds = feeds;
    }

    @Override
    public void subscribe(CoreSubscriber<? super O> actual) {
        EventSubscriber<T, O> subscriber;
        FeedDemand demand;
        try {
            Machine<T, O> machine = operation.machines().get();
            prepared.accept(machine.watermark());
            NoteBox<T, O> notes = new NoteBox<>();
            EventTime.Settings settings = operation.settings();
            demand = new FeedDemand(settings.mostSamples(), notes::note);
            subscriber =
                    new EventSubscriber<>(actual, machine, settings, operation.counters(), operation.late(), demand);
            notes.subscriber = subscriber;
        } catch (Throwable refused) {
            Operators.error(actual, refused);
            return;
        }
        feeds.accept(subscriber, demand);
    }

    /** Where the demand puts notes for the subscriber that it belongs to. */
    private static final class NoteBox<T, O> {
        private @Nullable EventSubscriber<T, O> subscriber;

        void note(StageSignals.Note note) {
            EventSubscriber<T, O> to = subscriber;
            if (to != null) {
                to.note(note);
            }
        }
    }
}
