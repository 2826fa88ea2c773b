package io.broccoli.internal.node;

import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.task.FailureKind;

/** How a task ends that gives several values: whoever passes them on says so behind the last one. From any thread. */
interface Ending extends WorkerLease.Holder {

    /** Its code runs on this worker from now on. */
    void holds(WorkerLease with);

    /** Hands the task back with its outcome, unless it was before. */
    void end(Step.Done done);

    /** How the task ends if it fails where it is now. */
    Step.Done failed(ForeignFailure failed);

    /** How the task ends if it fails in that step of a view. */
    Step.Done failed(ForeignFailure failed, int step);

    /** How the task ends if it fails where it is now, and no exception says why. */
    Step.Done failed(FailureKind kind, String message);
}
