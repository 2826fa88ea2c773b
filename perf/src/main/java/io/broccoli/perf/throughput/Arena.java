package io.broccoli.perf.throughput;

import io.broccoli.cluster.ClusterOptions;

/**
 * A cluster of the benchmark; there is one for each combination, on the same nodes.
 *
 * @param maxBatch most tasks or results in a frame
 */
record Arena(int qos, int maxBatch) {

    static final Arena[] ALL = {
        new Arena(0, ClusterOptions.DEFAULT_MAX_BATCH), new Arena(1, ClusterOptions.DEFAULT_MAX_BATCH), new Arena(0, 1)
    };

    static Arena parse(String text) {
        String[] parts = text.split("/", 2);
        return new Arena(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    ClusterOptions options(String uri) {
        ClusterOptions options = ClusterOptions.of(uri);
        return options.withCluster("bench-q" + qos + "-b" + maxBatch)
                .withConnect(options.connect().withQos(qos))
                .withMaxBatch(maxBatch);
    }

    @Override
    public String toString() {
        return qos + "/" + maxBatch;
    }
}
