package greenhouse;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.chunks;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static io.broccoli.canvas.Canvas.range;
import static io.broccoli.canvas.Canvas.starmap;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Param;
import io.broccoli.task.Task;
import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;

/** Runs the six words between a node and a client, and prints what came of each. */
public final class SixWords {

    public record Plant(String name, int height) {}

    public static final class Tasks {

        @TaskMethod
        public int add(@Param("x") int x, @Param("y") int y) {
            return x + y;
        }

        @TaskMethod
        public int sum(@Param("xs") List<Integer> xs) {
            return xs.stream().mapToInt(x -> x).sum();
        }

        @TaskMethod
        public Plant grow(@Param("plant") Plant plant) {
            return new Plant(plant.name(), plant.height() + 1);
        }
    }

    private SixWords() {}

    public static void main(String[] args) {
        ClusterOptions options = ClusterOptions.of(args[0]).withCluster("greenhouse");
        Task<Integer> add = Task.of("add", Integer.class);
        Task<Integer> sum = Task.of("sum", Integer.class);
        Task<Plant> grow = Task.of("grow", Plant.class);
        TaskRegistry tasks = TaskRegistry.builder().methodsOf(new Tasks()).build();
        List<Plant> plants = List.of(new Plant("leek", 3), new Plant("kale", 5));
        List<List<Integer>> pairs = List.of(List.of(1, 2), List.of(3, 4), List.of(5, 6));
        try (Node node = Node.start(options.withMember("bed"), NodeOptions.DEFAULTS, tasks);
                Cluster cluster = Cluster.connect(options.withMember("gardener"))) {
            Canvas canvas = Canvas.on(cluster).withTimeout(Duration.ofSeconds(20));
            System.out.println("module " + node.getClass().getModule().getName());
            System.out.println("chain " + canvas.run(chain(add.s(4, 4), add.s(8))).block());
            System.out.println("group " + canvas.run(group(add.s(1, 2), add.s(3, 4))).block());
            System.out.println("chord " + canvas.run(chord(range(0, 10).map(i -> add.s(i, i)), sum.s())).block());
            System.out.println("map " + canvas.run(map(grow, plants)).block());
            System.out.println("starmap " + canvas.run(starmap(add, pairs)).block());
            System.out.println("chunks " + canvas.run(chunks(add, pairs, 2)).block());
        }
    }
}
