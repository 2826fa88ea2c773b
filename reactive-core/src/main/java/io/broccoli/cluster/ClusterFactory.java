package io.broccoli.cluster;

/** Creates the implementation of {@link Cluster}. It is found by {@link java.util.ServiceLoader}. */
public interface ClusterFactory {

    /** See {@link Cluster#connect(ClusterOptions)}. */
    Cluster connect(ClusterOptions options);
}
