package io.broccoli.perf.throughput;

import io.broccoli.perf.process.MosquittoProcess;
import io.broccoli.transport.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * The broker that all subjects share.
 *
 * @param processes of the broker, as far as they are known and not this one
 */
record Broker(String name, String uri, List<ProcessHandle> processes, Runnable end) implements AutoCloseable {

    static Broker embedded() {
        EmbeddedBroker broker = EmbeddedBroker.start();
        return new Broker("HiveMQ CE, embedded", broker.uri().toString(), List.of(), broker::close);
    }

    static Broker mosquitto() throws IOException, InterruptedException {
        MosquittoProcess process = MosquittoProcess.start();
        return new Broker(process.version(), process.uri(), List.of(process.handle()), process::close);
    }

    /** @param pid of the broker; 0 if it is not known, and its CPU time is not counted then */
    static Broker at(String uri, long pid) {
        List<ProcessHandle> processes =
                pid == 0 ? List.of() : List.of(ProcessHandle.of(pid).orElseThrow());
        return new Broker(pid == 0 ? uri + " (its CPU time is not counted)" : uri, uri, processes, () -> {});
    }

    int port() {
        int port = URI.create(uri).getPort();
        return port < 0 ? 1883 : port;
    }

    @Override
    public void close() {
        end.run();
    }
}
