package io.broccoli.perf.throughput;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;

/** Messages from and to a client, and their payload bytes. */
record Traffic(double messages, double bytes) {

    static Traffic of(Cluster cluster) {
        cluster.stats(); // where the client is just at work the answer is that to an earlier question
        ClusterStats stats = cluster.stats();
        return new Traffic(stats.framesSent() + stats.framesReceived(), stats.bytesSent() + stats.bytesReceived());
    }

    Traffic since(Traffic before) {
        return new Traffic(messages - before.messages, bytes - before.bytes);
    }
}
