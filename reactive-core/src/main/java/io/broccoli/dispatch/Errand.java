package io.broccoli.dispatch;

import io.broccoli.cluster.Run;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.credit.ItemSink;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.time.Duration;
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

    @Nullable InPlace inPlace; // while it runs in its parent's place

    @Nullable Errand twin; // its copy on another link

    @Nullable ItemSink items; // where it may give several values

    boolean replays; // what it was sent to last gives the same items each time

    long since; // when it was submitted
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
        copy.since = since;
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

    TaskInFlight describe(String stream, long now) {
        Duration age = Duration.ofNanos(Math.max(0, now - since));
        Link to = link;
        if (to == null) {
            return new TaskInFlight(stream, task(), TaskInFlight.State.WAITING, "", attempt, age);
        }
        TaskInFlight.State state = inPlace != null
                ? TaskInFlight.State.IN_PLACE
                : switch (to.credit.standing(seq, now)) {
                    case SENT -> TaskInFlight.State.SENT;
                    case SEEN -> TaskInFlight.State.SEEN;
                    case UNKNOWN -> TaskInFlight.State.UNKNOWN;
                };
        return new TaskInFlight(stream, task(), state, to.name(), attempt, age);
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
