package io.broccoli.cluster;

/** Makes clusters: the seam between the interface and the member at work, found by {@link java.util.ServiceLoader}. */
public interface ClusterFactory {

    Cluster connect(ClusterOptions options);
}
