package io.broccoli.internal.node;

import io.broccoli.cluster.Cluster;

/** What one call of a handler sends to the cluster itself, as its node knows it. May be used by any thread. */
public interface SubTasks {

    /** The cluster as the handler sees it: what it dispatches there is the task's. */
    Cluster cluster();

    boolean areUnderWay();

    /** Cancels those under way; there will be no more. */
    void end();

    /** The task that sends them. */
    interface Owner {

        /** The task sends sub-tasks now: a worker that only waits with it takes other tasks. */
        void releaseWorker();
    }

    /** The sub-tasks of all calls of one node. */
    interface Host {

        /**
         * Of one call.
         *
         * @param root the task in whose place on the node the call runs
         * @param depth of the sub-tasks
         */
        SubTasks of(Owner parent, NodeTask root, int depth);

        /** Tasks that wait for sub-tasks, and in whose places nothing runs. On the executor. */
        int idle();
    }
}
