/**
 * Tasks, clusters, nodes, routing, frames and credit. Start at {@link io.broccoli.cluster.Cluster} and
 * {@link io.broccoli.node.Node}.
 *
 * <p>What the exported packages do not show is internal, public or not, and changes without notice.
 *
 * @uses io.broccoli.spi.TransportProvider one for each scheme of a URI
 * @uses io.broccoli.spi.FrameCodec one, for what members say to each other
 * @uses io.broccoli.spi.PayloadCodec one, for arguments and results
 */
// Reactor and Reactive Streams have no module-info, but state their names in their manifests.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.broccoli.core {
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive org.jspecify;

    exports io.broccoli.cluster;
    exports io.broccoli.feed;
    exports io.broccoli.frame;
    exports io.broccoli.network;
    exports io.broccoli.node;
    exports io.broccoli.place;
    exports io.broccoli.route;
    exports io.broccoli.spi;
    exports io.broccoli.task;

    // The place for qualified exports of internal packages. There are none: perf and the tests run on the class path.

    uses io.broccoli.cluster.ClusterFactory;
    uses io.broccoli.node.NodeFactory;
    uses io.broccoli.spi.FrameCodec;
    uses io.broccoli.spi.PayloadCodec;
    uses io.broccoli.spi.TransportProvider;

    provides io.broccoli.cluster.ClusterFactory with
            io.broccoli.internal.member.MemberFactory;
    provides io.broccoli.node.NodeFactory with
            io.broccoli.internal.member.MemberFactory;
}
