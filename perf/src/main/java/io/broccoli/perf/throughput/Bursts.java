package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;

/** Work that comes in bursts: the next begins when the last result of the one before is there. The latency is that of a burst. */
record Bursts(Subject subject, int size) implements Subject {

    @Override
    public String name() {
        return subject.name();
    }

    @Override
    public Processes processes() {
        return subject.processes();
    }

    /** Whole bursts, at least one. */
    @Override
    public Done run(Load load) throws InterruptedException {
        Latencies latencies = new Latencies();
        long items = 0;
        long nanos = 0;
        double messages = 0;
        double bytes = 0;
        while (items < load.items()) {
            Done done = subject.run(load.withItems(size));
            items += done.items();
            nanos += done.nanos();
            messages += done.messages();
            bytes += done.payloadBytes();
            latencies.record(done.nanos());
        }
        return new Done(items, nanos, latencies, messages, bytes);
    }
}
