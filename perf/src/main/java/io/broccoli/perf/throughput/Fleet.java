package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The node processes of both sides; those of the side that is not measured are idle. */
final class Fleet implements AutoCloseable {

    private final Broker broker;
    private final List<ChildProcess> ours = new ArrayList<>();
    private final List<ChildProcess> yardsticks = new ArrayList<>();

    private Fleet(Broker broker) {
        this.broker = broker;
    }

    /** Blocks until all are ready. */
    static Fleet start(Broker broker, int nodes, List<String> jvmOptions) throws IOException {
        Fleet fleet = new Fleet(broker);
        try {
            for (int i = 0; i < nodes; i++) {
                List<String> args = new ArrayList<>(List.of(broker.uri(), "node-" + i, "true"));
                Arrays.stream(Arena.ALL).map(Arena::toString).forEach(args::add);
                fleet.ours.add(ChildProcess.start(NodeMain.class, jvmOptions, args));
                fleet.yardsticks.add(ChildProcess.start(
                        YardstickMain.class, jvmOptions, List.of(broker.uri(), Integer.toString(i))));
            }
            for (ChildProcess each : fleet.all()) {
                each.awaitReady();
            }
            return fleet;
        } catch (IOException e) {
            fleet.close();
            throw e;
        }
    }

    private List<ChildProcess> all() {
        return Stream.concat(ours.stream(), yardsticks.stream()).toList();
    }

    /** Who takes part when our side works. */
    Processes ours() {
        return with(ours);
    }

    /** Who takes part when the yardstick works. */
    Processes yardsticks() {
        return with(yardsticks);
    }

    private Processes with(List<ChildProcess> nodes) {
        return new Processes(
                Stream.concat(broker.processes().stream(), nodes.stream().map(ChildProcess::handle))
                        .toList());
    }

    @Override
    public void close() {
        all().forEach(ChildProcess::close);
    }
}
