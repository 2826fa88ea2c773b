package io.broccoli.internal.member;

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
                    "Emitter",
                    "emitted == asked && next != Outcomes.COMPLETE",
                    "false"),
            Mutation.of(
                    "a cancelled stream goes on emitting",
                    "calm",
                    "Emitter",
                    "while (thrown == null && !signals.isCancelled()) {",
                    "while (thrown == null) {"),
            Mutation.of(
                    "what a cancelled stream sent stays on the nodes",
                    "calm",
                    "Emitter",
                    "run.outcome = Outcomes.CLOSED;\n            run.withdraw();",
                    "run.outcome = Outcomes.CLOSED;"),
            Mutation.of(
                    "an element that ended leaves its copies on the nodes",
                    "everything",
                    "StreamWork",
                    "emitter.ended(run, how);\n        run.withdraw();",
                    "emitter.ended(run, how);"),
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
                    "elements.count() == 0 && signals",
                    "signals"),
            // ---- errands
            Mutation.of(
                    "what runs at most once runs again when its node is lost",
                    "once",
                    "Endings",
                    "} else if (once) {",
                    "} else if (false) {"),
            Mutation.of(
                    "elements of a key do not wait for each other",
                    "calm",
                    "KeyOrder",
                    "if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {\n            return true;",
                    "if (!(errand.route instanceof Route.Key key) || true) {\n            return true;"),
            Mutation.of(
                    "a key goes on when a task of its element is done",
                    "outages",
                    "Backlog",
                    "        goesOn(keys.passed(errand));\n",
                    "        goesOn(keys.passed(errand));\n        goesOn(keys.ended(errand.run));\n"),
            Mutation.of(
                    "a key does not go on when its element ends",
                    "calm",
                    "StreamWork",
                    "        backlog.ended(run);\n",
                    ""),
            Mutation.of(
                    "an element that is lost does not come back",
                    "crashes",
                    "Endings",
                    "            errand.attempt++;\n            again(errand);",
                    "            errand.attempt++;"),
            Mutation.of(
                            "a stream of items goes on where its task gives others",
                            "items",
                            "Endings",
                            "if (errand.run.hasItems() && (once || !errand.replays)) {",
                            "if (errand.run.hasItems() && once) {")
                    .and("Launches", "if (errand.run.hasItems() && !errand.replays) {", "if (false) {"),
            Mutation.of(
                    "what is wanted no more stays on its link",
                    "everything",
                    "Errand",
                    "                    link.voidSeq(seq);\n",
                    ""),
            Mutation.of(
                    "what a link lost is not heard",
                    "crashes",
                    "Endings",
                    "                lost(loss.errand(), node(loss.errand()), loss.mayHaveStarted());\n",
                    ""),
            Mutation.of(
                    "an errand that sleeps wakes one that slept before",
                    "calm",
                    "Sleepers",
                    "Nap first = heap.isEmpty() ? null : heap.get(0);",
                    "Nap first = heap.isEmpty() ? null : heap.get(heap.size() - 1);"),
            Mutation.of(
                    "what a link told is forgotten",
                    "calm",
                    "Notes",
                    "notes.add(new Outcome(errand, status, payload));",
                    ""),
            Mutation.of(
                    "an element's time begins when the member's clock did",
                    "calm",
                    "Lifetimes",
                    "return times ? Deadline.after(now, timeout)",
                    "return times ? Deadline.after(0, timeout)"),
            Mutation.of(
                    "a failure is tried again once too often",
                    "calm",
                    "Endings",
                    "errand.retries >= retry.retries()",
                    "errand.retries > retry.retries()"),
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
                    "paced ? allowed : taken + window;",
                    "paced ? allowed : received + window;"),
            Mutation.of(
                    "items are not sent again",
                    "items",
                    "ItemSource",
                    "Deadline.isOver(againAt[place(index)], now)",
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
                    "        runner.releaseWorker();\n",
                    ""),
            Mutation.of(
                    "nothing runs in its parent's place",
                    "nested",
                    "Turns",
                    "            if (parent != null && (rate == null || rate.available(now) > 0)) {",
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
                            "NodeTask",
                            "return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN);",
                            "return STATE.get(this) == State.QUEUED;")
                    .and("NodeRuntime", "            workers.remove(task);\n", ""),
            Mutation.of(
                    "a node that finds itself gone does not come back",
                    "outages",
                    "Attendance",
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
                    "? Math.min(credit.usable(), pace",
                    "? 1 + Math.min(credit.usable(), pace"));
}
