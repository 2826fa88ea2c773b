package io.broccoli.dispatch;

import io.broccoli.sabotage.Mutation;
import java.util.List;

/** Flaws that somebody might put into the classes of a member: each must be noticed. */
final class MemberMutations {

    private MemberMutations() {}

    static final List<Mutation> ALL = List.of(
            // ---- streams
            Mutation.of(
                    "the window does not count what was taken",
                    "calm",
                    "DispatchStream",
                    "long room = options.window() - elements.count();",
                    "long room = options.window();"),
            Mutation.of(
                    "more is emitted than was asked for",
                    "calm",
                    "DispatchStream",
                    "emitted == asked && next != Outcomes.COMPLETE",
                    "false"),
            Mutation.of(
                    "a cancelled stream goes on emitting",
                    "calm",
                    "DispatchStream",
                    "while (!signals.isCancelled()) {",
                    "while (true) {"),
            Mutation.of(
                    "what a cancelled stream sent stays on the nodes",
                    "calm",
                    "DispatchStream",
                    "run.outcome = Outcomes.CLOSED;\n            backlog.withdraw(run);",
                    "run.outcome = Outcomes.CLOSED;"),
            Mutation.of(
                    "an element that ended leaves its copies on the nodes",
                    "everything",
                    "DispatchStream",
                    "run.outcome = outcome;\n        backlog.withdraw(run);",
                    "run.outcome = outcome;"),
            Mutation.of(
                    "an ordered stream waits for later elements that hold all places",
                    "crowded",
                    "DispatchStream",
                    "                run.beginAnew();\n",
                    ""),
            Mutation.of(
                    "the end overtakes what waits to be emitted",
                    "calm",
                    "DispatchStream",
                    "!over && elements.count() == 0 && signals",
                    "!over && signals"),
            // ---- errands
            Mutation.of(
                    "what runs at most once runs again when its node is lost",
                    "once",
                    "Errands",
                    "} else if (once) {",
                    "} else if (false) {"),
            Mutation.of(
                    "elements of a key do not wait for each other",
                    "calm",
                    "KeyOrder",
                    "if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {\n            return true;",
                    "if (!(errand.route instanceof Route.Key key) || true) {\n            return true;"),
            Mutation.of(
                    "an element that is lost does not come back",
                    "crashes",
                    "Errands",
                    "            errand.attempt++;\n            requeue(errand);",
                    "            errand.attempt++;"),
            Mutation.of(
                            "a stream of items goes on where its task gives others",
                            "items",
                            "Errands",
                            "if (errand.run.hasItems() && (once || !errand.replays)) {",
                            "if (errand.run.hasItems() && once) {")
                    .and("Errands", "if (errand.run.hasItems() && !errand.replays) {", "if (false) {"),
            Mutation.of(
                    "a failure is tried again once too often",
                    "calm",
                    "Errands",
                    "errand.retries < retry.retries()",
                    "errand.retries <= retry.retries()"),
            // ---- items
            Mutation.of(
                    "items that come twice are passed on twice",
                    "items",
                    "ItemSink",
                    "index == received + 1 && index <= limit()",
                    "index <= received + 1 && index <= limit()"),
            Mutation.of(
                    "items are asked for beyond the window",
                    "items",
                    "ItemSink",
                    "return taken + window;",
                    "return received + window;"),
            Mutation.of(
                    "items are not sent again",
                    "items",
                    "ItemSource",
                    "now - sentAt[place(index)] >= Timing.REANNOUNCE",
                    "false"),
            Mutation.of(
                    "a stream of which nothing is taken keeps its worker",
                    "items",
                    "HandlerFlux",
                    "if (idle && nothingToDo) {",
                    "if (false) {"),
            // ---- nodes
            Mutation.of(
                    "a task that waits for others keeps its worker",
                    "nested",
                    "SubWork",
                    "        execution.releaseWorker();\n",
                    ""),
            Mutation.of(
                    "nothing runs in its parent's place",
                    "nested",
                    "Turns",
                    "            if (subWork != null && (rate == null || rate.available(now) > 0)) {",
                    "            if (false) {"),
            Mutation.of(
                    "all places may be held by tasks that wait",
                    "nested",
                    "Nesting",
                    "return Math.max(0, capacity - 1 - capacity / 4);",
                    "return capacity;"),
            Mutation.of(
                            "a cancelled task starts",
                            "everything",
                            "Job",
                            "return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN);",
                            "return STATE.get(this) == State.QUEUED;")
                    .and("NodeRuntime", "            workers.remove(job);\n", ""),
            Mutation.of(
                    "a node that finds itself gone does not come back",
                    "crashes",
                    "Member",
                    "if (status.bootEpoch() > epoch || status.state() == MemberState.GONE) {",
                    "if (status.bootEpoch() > epoch) {"),
            Mutation.of(
                    "a stalled node is never asked again",
                    "once",
                    "Links",
                    "            link.wanted = Math.max(1, link.wanted);\n",
                    ""),
            Mutation.of(
                    "a member that leaves does not end its streams",
                    "clients",
                    "Dispatcher",
                    "List.copyOf(streams).forEach(stream -> stream.close(Outcomes.CLOSED));",
                    ""),
            Mutation.of(
                    "seqs are used beyond the credit",
                    "calm",
                    "Link",
                    "? credit.launchable() : 0",
                    "? credit.launchable() + 1 : 0"));
}
