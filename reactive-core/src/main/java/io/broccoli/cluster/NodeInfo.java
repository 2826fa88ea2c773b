package io.broccoli.cluster;

import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Site;
import java.util.List;

/**
 * A node, as it last announced itself.
 *
 * @param name unique in the cluster
 * @param state what the node accepts now
 * @param bootEpoch identifies the life of the node; grows with each start
 * @param queue places in its queue
 * @param workers most tasks that it runs at once
 * @param free free places in the last frame received from it
 * @param maxFrame the largest frame that it accepts, in bytes
 * @param maxTask the largest task that it accepts, in bytes
 * @param site its location and labels
 * @param functions the tasks that it offers
 */
public record NodeInfo(
        String name,
        NodeState state,
        long bootEpoch,
        int queue,
        int workers,
        int free,
        int maxFrame,
        int maxTask,
        Site site,
        List<FunctionInfo> functions) {

    /** The node of an announcement. */
    public static NodeInfo of(Frame.Status status) {
        NodeState state =
                switch (status.state()) {
                    case ACTIVE -> NodeState.ACTIVE;
                    case DRAINING -> NodeState.DRAINING;
                    case GONE -> NodeState.GONE;
                };
        return new NodeInfo(
                status.member(),
                state,
                status.bootEpoch(),
                status.queue(),
                status.workers(),
                status.free(),
                status.maxFrame(),
                status.maxTask(),
                status.site(),
                status.functions());
    }

    /** A node that uses another version of the wire format. Only its name is known. */
    public static NodeInfo incompatible(String name) {
        return new NodeInfo(name, NodeState.INCOMPATIBLE, 0, 0, 0, 0, 0, 0, Site.UNKNOWN, List.of());
    }

    /** The same node in another state. */
    public NodeInfo withState(NodeState value) {
        return new NodeInfo(name, value, bootEpoch, queue, workers, free, maxFrame, maxTask, site, functions);
    }

    /** The same node with another number of free places. */
    public NodeInfo withFree(int places) {
        return new NodeInfo(name, state, bootEpoch, queue, workers, places, maxFrame, maxTask, site, functions);
    }
}
