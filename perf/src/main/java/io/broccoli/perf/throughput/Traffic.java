package io.broccoli.perf.throughput;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Messages from and to a client, and their payload bytes. */
record Traffic(double messages, double bytes) {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    /** Once nothing is under way: a client that is at work gives an older answer. */
    static Traffic of(Cluster cluster) {
        Traffic before;
        Traffic now = read(cluster);
        do {
            before = now;
            LockSupport.parkNanos(PAUSE);
            now = read(cluster);
        } while (!now.equals(before));
        return now;
    }

    private static Traffic read(Cluster cluster) {
        ClusterStats stats = cluster.stats();
        return new Traffic(stats.framesSent() + stats.framesReceived(), stats.bytesSent() + stats.bytesReceived());
    }

    Traffic since(Traffic before) {
        return new Traffic(messages - before.messages, bytes - before.bytes);
    }
}
