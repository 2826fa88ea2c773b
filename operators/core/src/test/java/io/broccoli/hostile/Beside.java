package io.broccoli.hostile;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.group;

import io.broccoli.canvas.Canvas;
import io.broccoli.canvas.Stage;
import io.broccoli.cluster.Cluster;
import io.broccoli.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Streams of somebody who does no harm, on the same nodes: each of their results must be there, exactly. */
final class Beside {

    private static final int ELEMENTS = 30;
    private static final Duration PAUSE = Duration.ofMillis(70);
    private static final int SAMPLES = 100;
    private static final Task<Object> SLOW = Task.of("slow");
    private static final Task<Object> SEVERAL = Task.of("several");

    private final List<One> all = new ArrayList<>();
    private final Map<String, List<Object>> samples = new LinkedHashMap<>();
    private @Nullable Throwable feedEnded;
    private @Nullable Disposable feed;

    /** What came of one stream. */
    private static final class One {
        final String name;
        final List<Object> expected;
        final List<Object> came = new ArrayList<>();

        @Nullable Throwable error;

        boolean completed;

        One(String name, List<Object> expected) {
            this.name = name;
            this.expected = expected;
        }

        String complaint() {
            return completed && came.equals(expected)
                    ? ""
                    : "the stream beside of " + name + " gave " + came.size() + " of " + expected.size()
                            + (completed ? ", and ended" : "") + ": " + Verdict.safe(error);
        }
    }

    void begin(Cluster client, Scheduler time) {
        Canvas canvas = Canvas.on(client).withTimeout(Duration.ofSeconds(20)).withWindow(3);
        List<Object> numbers = numbers(i -> i);
        begin("a map", numbers, time, canvas.map(SLOW));
        begin("a chain", numbers, time, canvas.map(chain(Caller.PASS.s(), SLOW.s(), Caller.PASS.s())));
        begin("a group", numbers(i -> List.of(i, i)), time, canvas.map(group(Caller.PASS.s(), SLOW.s())));
        List<Object> items = IntStream.range(0, ELEMENTS)
                .boxed()
                .<Object>flatMap(i -> IntStream.range(0, i).boxed())
                .toList();
        begin("several", items, time, canvas.flatMap(SEVERAL));
        feed = client.feed(RudeTasks.feed(-1))
                .subscribe(
                        sample -> samples.computeIfAbsent(sample.node(), node -> new ArrayList<>())
                                .add(sample.missed() == 0 && sample.value() != null ? sample.value() : sample),
                        error -> feedEnded = error);
    }

    private static List<Object> numbers(java.util.function.IntFunction<Object> result) {
        return IntStream.range(0, ELEMENTS).mapToObj(result).toList();
    }

    private <R> void begin(String name, List<Object> expected, Scheduler time, Stage<Object, R> stage) {
        One one = new One(name, expected);
        all.add(one);
        Flux.interval(PAUSE, time)
                .take(ELEMENTS)
                .onBackpressureBuffer()
                .<Object>map(Long::intValue)
                .transform(stage)
                .subscribe(one.came::add, error -> one.error = error, () -> one.completed = true);
    }

    boolean isOver() {
        return all.stream().allMatch(one -> one.completed || one.error != null);
    }

    /** Ends what does not end by itself. */
    void leave() {
        if (feed != null) {
            feed.dispose();
        }
    }

    List<String> complaints(int nodes) {
        List<String> complaints = new ArrayList<>();
        all.stream().map(One::complaint).filter(text -> !text.isEmpty()).forEach(complaints::add);
        List<Object> expected =
                IntStream.range(0, SAMPLES).<Object>mapToObj(i -> i).toList();
        boolean exact = samples.size() == nodes && samples.values().stream().allMatch(expected::equals);
        if (!exact || feedEnded != null) {
            complaints.add("the feed beside gave other samples: "
                    + samples.values().stream().map(List::size).toList() + ", " + Verdict.safe(feedEnded));
        }
        return complaints;
    }
}
