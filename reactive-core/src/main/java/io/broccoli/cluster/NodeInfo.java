package io.broccoli.cluster;

import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Site;
import java.util.List;

/**
 * A node, as it announced itself.
 *
 * @param bootEpoch grows with each start of the node
 * @param queue places in its queue
 * @param workers tasks that it runs at once
 * @param free places that were free when it was last heard
 * @param maxFrame the largest frame that it takes, in bytes
 * @param maxTask the largest task that it takes, in bytes
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

    /** A node of which nothing is known but its name and that it speaks another version. */
    public static NodeInfo incompatible(String name) {
        return new NodeInfo(name, NodeState.INCOMPATIBLE, 0, 0, 0, 0, 0, 0, Site.UNKNOWN, List.of());
    }

    public NodeInfo withState(NodeState value) {
        return new NodeInfo(name, value, bootEpoch, queue, workers, free, maxFrame, maxTask, site, functions);
    }

    public NodeInfo withFree(int places) {
        return new NodeInfo(name, state, bootEpoch, queue, workers, places, maxFrame, maxTask, site, functions);
    }
}
