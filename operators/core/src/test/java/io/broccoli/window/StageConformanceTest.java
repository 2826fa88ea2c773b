package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.window.Stream.Fired;
import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Kind;
import io.broccoli.window.Stream.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Operators;

/** The operator against the design's conformance cases, and against the definition with streams by chance. */
@NullUnmarked
class StageConformanceTest {

    private static final EventTime<Input, Object> INPUTS = EventTime.<Input>of(it -> Instant.ofEpochMilli(it.t()))
            .withSource(Input::source)
            .keyedBy(Input::key);

    static List<Stream> cases() throws IOException {
        return Stream.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOperatorGivesWhatTheCaseSays(Stream each) {
        assertThat(play(each, Long.MAX_VALUE)).isEqualTo(each.expect());
        assertThat(play(each, 1).results()).isEqualTo(each.expect().results());
    }

    @Test
    void theOperatorGivesWhatTheDefinitionSaysForStreamsByChance() {
        for (long seed : RandomStreams.seeds()) {
            Stream windows = RandomStreams.windows(seed);
            assertThat(play(windows, Long.MAX_VALUE)).as("%s", windows).isEqualTo(Definition.run(windows));
            Stream join = RandomStreams.join(seed);
            assertThat(play(join, 1 + seed % 3).results())
                    .as("%s", join)
                    .isEqualTo(Definition.run(join).results());
        }
    }

    /** @param batch how many results are requested at a time */
    private static Outcome play(Stream stream, long batch) {
        EventTime<Input, Object> read =
                INPUTS.withDisorder(stream.disorderTime()).withLateness(stream.latenessTime());
        if (!stream.isJoin()) {
            WindowTable<Object, Input, List<Input>> table =
                    WindowTable.collecting(stream.window(), stream.disorderTime(), stream.latenessTime());
            return play(stream, batch, new WindowMachine<>(read, table), item -> item, StageConformanceTest::fired);
        }
        JoinTable<Object, Input, Input> table = new JoinTable<>(
                Duration.ofMillis(stream.low()), Duration.ofMillis(stream.high()), stream.disorderTime());
        return play(
                stream,
                batch,
                new JoinMachine.Interval<>(read, read, table) {
                    // Sources of the definition are those of both sides.
                    @Override
                    boolean a(Object source, long time, Input element) {
                        return super.a(element.source(), time, element);
                    }

                    @Override
                    boolean b(Object source, long time, Input element) {
                        return super.b(element.source(), time, element);
                    }
                },
                item -> new JoinMachine.Side(item.side().equals("a"), item),
                it -> new Pair<>(it.key(), it.a().value(), it.b().value()));
    }

    private static Fired fired(WindowResult<Object, List<Input>> it) {
        return new Fired(
                it.key(),
                it.start().toEpochMilli(),
                it.end().toEpochMilli(),
                it.revision(),
                it.value().stream().map(Input::value).toList());
    }

    private static <T, O> Outcome play(
            Stream stream, long batch, Machine<T, O> machine, Function<Input, T> tagged, Function<O, ?> read) {
        List<Object> results = new ArrayList<>();
        List<Integer> at = new ArrayList<>();
        List<Object> late = new ArrayList<>();
        int[] step = {0};
        StageCounters counters = new StageCounters();
        LateFlux<T> lateFlux = new LateFlux<>();
        lateFlux.subscribe(it ->
                late.add((it.element() instanceof JoinMachine.Side side ? (Input) side.element() : (Input) it.element())
                        .value()));
        boolean[] completed = {false};
        BaseSubscriber<O> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(batch);
            }

            @Override
            protected void hookOnNext(O result) {
                results.add(read.apply(result));
                at.add(step[0]);
                request(batch);
            }

            @Override
            protected void hookOnComplete() {
                completed[0] = true;
            }
        };
        EventTime.Settings settings = INPUTS.settings;
        EventSubscriber<T, O> stage =
                new EventSubscriber<>(subscriber, machine, settings, counters, lateFlux, new FluxDemand(1_000));
        stage.onSubscribe(Operators.emptySubscription());
        for (Input item : stream.input()) {
            step[0]++;
            if (item.kind() == Kind.SAMPLE) {
                stage.onNext(tagged.apply(item));
            } else {
                stage.note((table, demand) -> {
                    switch (item.kind()) {
                        case JOINED -> table.joined(item.source());
                        case ENDED -> table.ended(item.source());
                        default -> table.idle(item.source());
                    }
                });
            }
        }
        step[0]++;
        stage.onComplete();
        assertThat(completed[0]).isTrue();
        EventTimeStats stats = counters.stats();
        assertThat(stats.late()).isEqualTo(late.size());
        assertThat(stats.results()).isEqualTo(results.size());
        assertThat(stats.held()).isZero();
        return new Outcome(results, at, late, (int) stats.mostHeld());
    }
}
