package io.broccoli.dispatch;

import io.broccoli.cluster.Run;
import io.broccoli.credit.ItemSink;
import io.broccoli.route.Route;
import io.broccoli.task.Work;
import org.jspecify.annotations.Nullable;

/** Work of one element, on its way: it waits in a lane, or is under way on a link. */
final class Errand {

    final ElementRun run;
    final Work work;
    final Run.Then then;
    final Route route;
    final boolean continues; // a later step: it goes before elements that have not begun

    Lane lane;

    @Nullable Link link; // null while it waits

    @Nullable ItemSink items; // where it may give several values

    long seq;
    long id; // of its first launch
    int attempt = 1;
    boolean withdrawn; // its run ended while it waited

    @Nullable Errand previous; // among those of its run

    @Nullable Errand next;

    Errand(ElementRun run, Work work, Run.Then then, Route route, boolean continues, Lane lane) {
        this.run = run;
        this.work = work;
        this.then = then;
        this.route = route;
        this.continues = continues;
        this.lane = lane;
    }

    String task() {
        return work.tasks().size() == 1 ? work.tasks().get(0) : work.tasks().toString();
    }
}
