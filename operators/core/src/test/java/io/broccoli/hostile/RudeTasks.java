package io.broccoli.hostile;

import io.broccoli.feed.Source;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the nodes of a world offer. What is rude is told by the act that asks. */
final class RudeTasks {

    private final HostileWorld world;

    RudeTasks(HostileWorld world) {
        this.world = world;
    }

    static String feed(int act) {
        return "feed-" + act;
    }

    TaskRegistry registry(String node) {
        TaskRegistry.Builder tasks = TaskRegistry.builder()
                .task("pass", (context, args) -> args[0], Parameter.of("value"))
                .task("slow", (context, args) -> soft(args[0]), Parameter.of("value"))
                .task("several", "n", Integer.class, n -> Flux.range(0, n))
                .task("hold", (context, args) -> world.held(args[0]), Parameter.of("value"))
                .task("rude", this::rude, Parameter.of("value"), Parameter.of("act"))
                .task("nest", this::nest, Parameter.of("value"), Parameter.of("act"))
                .source(feed(-1), Flux.range(0, 100));
        for (Act act : world.acts()) {
            if (act.cell().form() == Form.FEED) {
                tasks.source(feed(act.id()), Source.of(Flux.defer(() -> Flux.from(samples(act, node)))));
            }
        }
        return tasks.build();
    }

    private Mono<Object> soft(@Nullable Object value) {
        return Mono.delay(Duration.ofMillis(5), world.elsewhere()).thenReturn(Objects.requireNonNull(value));
    }

    private @Nullable Object nest(TaskContext context, @Nullable Object[] args) {
        Act act = world.act(args[1]);
        Flux<TaskOutcome<?>> outcomes = new Caller(act).nested(context, Objects.requireNonNull(args[0]));
        Flux<Object> values = outcomes.map(outcome -> {
            if (outcome instanceof TaskOutcome.Failure<?> failure) {
                throw failure.toException();
            }
            return Objects.requireNonNull(((TaskOutcome.Success<?>) outcome).value());
        });
        return act.cell().givesSeveral() ? values.collectList() : values.single();
    }

    private @Nullable Object rude(TaskContext context, @Nullable Object[] args) {
        Act act = world.act(args[1]);
        Object value = args[0];
        if (isBad(value)) {
            return new AtNode(act, context, fine(act, value)).handle();
        }
        Object fine = fine(act, value);
        return value instanceof Integer number && number % 2 == 0 && !(fine instanceof Publisher) ? soft(fine) : fine;
    }

    private static boolean isBad(@Nullable Object value) {
        if (value instanceof List<?> window && window.size() == 2 && !window.equals(RudeValue.plain(0))) {
            return isBad(window.get(0)) || isBad(window.get(1));
        }
        return !(value instanceof Integer number) || number >= Act.BAD;
    }

    /** What it should give. */
    private static Object fine(Act act, @Nullable Object value) {
        if (act.cell().form() == Form.REDUCE && value instanceof List<?> window) {
            return window.stream()
                    .mapToInt(each -> each instanceof Integer number ? number : Act.BAD)
                    .sum();
        }
        int number = value instanceof Integer plain ? plain : Act.BAD;
        return act.cell().givesSeveral() ? Flux.fromIterable(Exact.items(number)) : (Object) (2 * number);
    }

    // ---- feeds

    private Publisher<Object> samples(Act act, String node) {
        Cell cell = act.cell();
        boolean odd = node.equals("n0");
        if (cell.culprit() == Culprit.SOURCE && odd) {
            return new RudePublishers(act, Exact.SAMPLES, () -> {}).flux();
        }
        if (cell.culprit() == Culprit.ITEM) {
            return AtNode.items(act, Exact.SAMPLES);
        }
        if (cell.culprit() == Culprit.OBSERVER && new Caller(act).skips()) {
            return Flux.fromIterable(Exact.SAMPLES)
                    .concatWith(Mono.error(new IllegalStateException(Expected.ON_PURPOSE)));
        }
        Flux<Object> fine = Flux.fromIterable(Exact.SAMPLES).concatWith(Mono.never());
        return fine.doOnSubscribe(subscription -> AtNode.inside(act, node));
    }
}
