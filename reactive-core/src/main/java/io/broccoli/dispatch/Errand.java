package io.broccoli.dispatch;

import io.broccoli.cluster.Run;
import io.broccoli.credit.ItemSink;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Work of one element, on its way: it waits in a room, or is under way on a link. */
final class Errand {

    final ElementRun run;
    final Work work;
    final Run.Then then;
    final Route route;
    final boolean continues; // a later step: it goes before elements that have not begun

    @Nullable WaitingRoom room; // the last one that it waited in

    @Nullable Lane lane; // the last one that it waited in

    @Nullable Link link; // null while it waits

    @Nullable Errand twin; // its copy on another link

    @Nullable ItemSink items; // where it may give several values

    boolean replays; // what it was sent to last gives the same items each time

    long seq;
    long id; // of its first launch
    long sentAt;
    int attempt = 1;
    int losses; // nodes that were lost with it
    int retries; // after failures

    TaskOutcome.@Nullable Failure<?> lastFailure; // that was tried again

    boolean withdrawn; // its run ended while it waited
    long wakeAt; // while it sleeps
    long order; // among those that wake at the same time

    @Nullable Errand previous; // among those of its run

    @Nullable Errand next;

    Errand(ElementRun run, Work work, Run.Then then, Route route, boolean continues) {
        this.run = run;
        this.work = work;
        this.then = then;
        this.route = route;
        this.continues = continues;
    }

    /** A copy, to be sent by another link; the first success of both counts. */
    Errand copy() {
        Errand copy = new Errand(run, work, then, route, continues);
        copy.lane = lane;
        copy.id = id;
        copy.attempt = attempt;
        copy.losses = losses;
        copy.retries = retries;
        copy.twin = this;
        twin = copy;
        run.add(copy);
        return copy;
    }

    /** Ends the tie to its copy; returns it. */
    @Nullable Errand part() {
        Errand other = twin;
        if (other != null) {
            other.twin = null;
            twin = null;
        }
        return other;
    }

    String task() {
        return work.tasks().size() == 1 ? work.tasks().get(0) : work.tasks().toString();
    }

    /** As they are told with a failure. */
    List<? extends @Nullable Object> arguments() {
        if (work instanceof Work.Call call) {
            return call.args();
        }
        return work instanceof Work.Each each
                ? each.items()
                : ((Work.Chain) work).steps().get(0).args();
    }
}
