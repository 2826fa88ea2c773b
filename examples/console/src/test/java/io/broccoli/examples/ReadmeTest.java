package io.broccoli.examples;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static io.broccoli.canvas.Canvas.range;
import static io.broccoli.canvas.Canvas.starmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the README shows does what it says. */
@SuppressWarnings("NullAway.Init") // by JUnit, before each test
class ReadmeTest {

    private final Task<Integer> add = Task.of("add", Integer.class);
    private final Task<Integer> mul = Task.of("mul", Integer.class);
    private final Task<Integer> neg = Task.of("neg", Integer.class);
    private final Task<Integer> xsum = Task.of("xsum", Integer.class);
    private Node node;
    private Cluster cluster;
    private Canvas canvas;

    @BeforeEach
    void join() {
        node = Node.start(
                ClusterOptions.of("memory:readme").withMember("shed"),
                NodeOptions.DEFAULTS.withQueue(16),
                BuiltInTasks.registry());
        cluster = Cluster.connect("memory:readme");
        canvas = Canvas.on(cluster);
    }

    @AfterEach
    void leave() {
        cluster.close();
        node.close();
    }

    private static <T> List<T> list(Flux<T> flux) {
        return Objects.requireNonNull(flux.collectList().block(Duration.ofSeconds(20)));
    }

    @Test
    void aViewWorksAtTheSource() {
        TaskRegistry tasks = TaskRegistry.builder()
                .source("temperature", Source.of(Flux.just(20.0, 99.0, 22.0)))
                .task("calibrate", "celsius", Double.class, celsius -> celsius + 1)
                .build();
        try (Node thermometer =
                Node.start(ClusterOptions.of("memory:readme").withMember("roof"), NodeOptions.DEFAULTS, tasks)) {
            View view = View.ALL
                    .filter("value > -40 and value < 85")
                    .mapBy("calibrate")
                    .window(Duration.ofSeconds(10), ViewFold.MEAN);
            List<Sample<Double>> means =
                    list(cluster.feed("temperature", Double.class, FeedOptions.DEFAULTS.withView(view))
                            .take(1));
            assertThat(means).extracting(Sample::value).containsExactly(22.0);
            assertThat(means).extracting(Sample::used).containsExactly(3L);
            assertThat(means).extracting(Sample::node).containsExactly(thermometer.name());
        }
    }

    @Test
    void signaturesRunOnce() {
        assertThat(canvas.run(chain(add.s(4, 4), mul.s(8), mul.s(10))).block()).isEqualTo(640);
        assertThat(canvas.run(chord(range(0, 10).map(i -> add.s(i, i)), xsum.s()))
                        .block())
                .isEqualTo(90);
        assertThat(list(canvas.stream(map(neg, List.of(1, 2, 3, 4))))).containsExactly(-1, -2, -3, -4);
        assertThat(canvas.run(starmap(add, List.of(List.of(1, 2), List.of(3, 4))))
                        .block())
                .containsExactly(3, 7);
    }

    @Test
    void theSixWordsAreStagesOfStreams() {
        Flux<Integer> numbers = Flux.range(1, 6);
        assertThat(list(numbers.transform(canvas.map(neg)))).containsExactly(-1, -2, -3, -4, -5, -6);
        assertThat(list(Flux.just(List.of(1, 2), List.of(3, 4)).transform(canvas.starmap(add))))
                .containsExactly(3, 7);
        assertThat(list(numbers.transform(canvas.chunks(neg, 4, Duration.ofSeconds(1)))))
                .containsExactly(List.of(-1, -2, -3, -4), List.of(-5, -6));
        assertThat(list(numbers.take(3).transform(canvas.map(chain(add.s(1), mul.s(10))))))
                .containsExactly(20, 30, 40);
        assertThat(list(Flux.just(5, 6).transform(canvas.map(group(add.s(1), mul.s(10))))))
                .containsExactly(List.of(6, 50), List.of(7, 60));
        assertThat(list(numbers.transform(canvas.chord(Window.tumbling(3), xsum.s()))))
                .containsExactly(6, 15);
        assertThat(list(numbers.transform(canvas.reduce(Window.tumbling(3), xsum.s()))))
                .containsExactly(6, 15);
    }
}
