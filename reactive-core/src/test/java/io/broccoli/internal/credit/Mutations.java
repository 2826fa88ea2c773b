package io.broccoli.internal.credit;

import io.broccoli.sabotage.Mutation;
import java.util.List;

/** Flaws that somebody might put into the protocol's classes: each must be noticed. */
final class Mutations {

    private Mutations() {}

    static final List<Mutation> ALL = List.of(
            // ---- a link's credit
            Mutation.of(
                            "a limit is an increment",
                            "lossy",
                            "OpenSeqs",
                            "limit = Math.max(limit, Math.min(promised, next - 1 + MOST_CREDIT - open.size()))",
                            "limit += promised")
                    .and(
                            "CreditLedger",
                            "        account.announced = account.limit;\n        host.send(",
                            "        long rise = account.limit - account.announced;\n        account.announced = account.limit;\n        host.send(")
                    .and(
                            "CreditLedger",
                            "account.ctl,\n                        account.limit,",
                            "account.ctl,\n                        rise,")
                    .and(
                            "Answers",
                            "account.announced = account.limit;",
                            "long rise = account.limit - account.announced;\n        account.announced = account.limit;")
                    .and("Answers", "account.ctl, account.limit, free", "account.ctl, rise, free"),
            Mutation.of(
                    "a late frame lowers the limit",
                    "reordered",
                    "OpenSeqs",
                    "limit = Math.max(limit, Math.min(promised, next - 1 + MOST_CREDIT - open.size()))",
                    "limit = promised"),
            Mutation.of(
                    "no credit is given back",
                    "givenBack",
                    "OpenSeqs",
                    "    void surrender(long count) {\n",
                    "    void surrender(long count) {\n        if (count > 0) return;\n"),
            Mutation.of(
                    "ids are used again in the next epoch",
                    "nodeCrashes",
                    "OpenSeqs",
                    "sent.id = ids.next();",
                    "sent.id = seq;"),

            // ---- tasks and voids on their way
            Mutation.of("holes are not sent again", "lossy", "OpenSeqs", "            again.add(seq);", ""),
            Mutation.of("what is under way is sent again", "orderly", "OpenSeqs", "sent.ctl < grant.ctl()", "true"),
            Mutation.of(
                    "outcomes are not asked for", "lossy", "Questions", "asked[count++] = seq;", "sent.seen = true;"),
            Mutation.of(
                    "voids are not repeated",
                    "cancelledStreams",
                    "CreditLink",
                    "if (open.hasVoids() && epoch.isOpen()) {",
                    "if (false) {"),
            Mutation.of(
                    "void tasks are sent",
                    "cancelledStreams",
                    "OpenSeqs",
                    "open.replace(seq, sent.sends > 0 ? Sent.voided() : Sent.surrendered());",
                    "voids--;"),
            Mutation.of(
                    "a repeated result counts again",
                    "anyOrder",
                    "OpenSeqs",
                    "Sent<T> sent = open.remove(seq);",
                    "Sent<T> sent = open.get(seq);"),

            // ---- epochs at a link
            Mutation.of(
                    "results of any epoch count",
                    "lateFrames",
                    "CreditLink",
                    "!epoch.is(results.producerEpoch(), results.linkEpoch())",
                    "false"),
            Mutation.of(
                    "an older epoch is taken up again",
                    "lateFrames",
                    "LinkEpoch",
                    "grant.linkEpoch() >= current && ",
                    ""),
            Mutation.of(
                    "an epoch that was given up is taken up again",
                    "forgottenLinks",
                    "LinkEpoch",
                    " && grant.linkEpoch() > givenUp",
                    ""),
            Mutation.of(
                    "a former life's epoch is gone on with",
                    "forgottenLinks",
                    "CreditLink",
                    "if (grant.seen().count() > 0) {",
                    "if (false) {"),
            Mutation.of(
                    "a former life's numbers are newer",
                    "forgottenLinks",
                    "FrameCount",
                    "if (heard > last && heard < MOST) {",
                    "if (false) {"),
            Mutation.of(
                    "a silent node is never given up",
                    "liar",
                    "CreditLink",
                    "if (patience.isOver(now)) {",
                    "if (false) {"),
            Mutation.of(
                    "what was lost never started",
                    "atMostOnce",
                    "CreditLink",
                    "events.lost(sent.element, sent.sends > 0);",
                    "events.lost(sent.element, false);"),
            Mutation.of(
                    "a stale producer does not mend itself", "olderEpoch", "CreditLink", "? nack.current() + 1", "? 0"),

            // ---- time
            Mutation.of(
                    "a clock is taken to begin at zero",
                    "muteProducers",
                    "Deadline",
                    "return deadline != NEVER && now - deadline >= 0;",
                    "return deadline != NEVER && now >= deadline;"),
            Mutation.of(
                    "the number of a link is given again after its silence",
                    "lateFrames",
                    "LinkNumbers",
                    "return 1 + Math.max(0, now - began) / TICK;",
                    "return 1;"),

            // ---- asking
            Mutation.of(
                    "it is asked for ever",
                    "calm",
                    "CreditLink",
                    "return !open.isEmpty() || want() > 0 || unheard;",
                    "return true;"),
            Mutation.of(
                    "a want is told once",
                    "lossy",
                    "CreditLink",
                    "return !open.isEmpty() || want() > 0 || unheard;",
                    "return !open.isEmpty() || want() > frames.announcedWant();"),
            Mutation.of(
                    "a silent node is asked for ever",
                    "liar",
                    "CreditLink",
                    "epoch.isOpen() && !frames.isWantHeard()",
                    "!frames.isWantHeard()"),

            // ---- a node's links
            Mutation.of(
                            "link epochs are not checked",
                            "lateFrames",
                            "CreditLedger",
                            "if (frame.linkEpoch() != account.linkEpoch) {",
                            "if (false) {")
                    .and("CreditLedger", "if (cancel.linkEpoch() != account.linkEpoch) {", "if (false) {"),
            Mutation.of(
                    "a late want counts",
                    "reordered",
                    "CreditLedger",
                    "if (frame.ctl() > account.ctl) {\n            account.ctl = frame.ctl();",
                    "{\n            account.ctl = Math.max(account.ctl, frame.ctl());"),
            Mutation.of(
                    "a deaf producer is not fenced",
                    "forgottenLinks",
                    "Accounts",
                    "return frame.linkEpoch() == -account.linkEpoch;",
                    "return false;"),
            Mutation.of(
                    "a silent producer is not fenced",
                    "muteProducers",
                    "CreditLedger",
                    "if (Deadline.isOver(account.silentAt, now)) {",
                    "if (false) {"),
            Mutation.of(
                    "a fenced link keeps its queue",
                    "restartedProducers",
                    "HeldTasks",
                    "if (task != null && host.withdraw(task, stop || task.isStream())) { // nobody would ever take its items\n                account.held.remove(seq);\n                release(account);\n            }",
                    ""),
            Mutation.of(
                    "a fenced link keeps its credit", "muteProducers", "CreditLedger", "dealer.leave(account);", ""),
            Mutation.of("a fenced link keeps its results", "calm", "CreditLedger", "ring.forget(account);", ""),
            Mutation.of(
                    "an older life is served",
                    "olderEpoch",
                    "Accounts",
                    "frame.producerEpoch() == account.producerEpoch",
                    "frame.producerEpoch() <= account.producerEpoch"),
            Mutation.of(
                    "links are not bounded", "crowded", "Accounts", " || former == null && open.size() >= most", ""),

            // ---- a node's credit
            Mutation.of(
                    "the first credit goes to who was not heard",
                    "deafProducers",
                    "CreditDealer",
                    "account.hears && ",
                    "(account.hears || account.limit == 0) && "),
            Mutation.of("rises are untold", "calm", "CreditDealer", "if (rise > 0 && matters", "if (false && matters"),
            Mutation.of(
                    "running tasks take no place",
                    "calm",
                    "CreditLedger",
                    "dealer.deal(tasks.places());",
                    "dealer.deal(0);"),
            Mutation.of(
                    "voids beyond the limit count", "cheater", "HeldTasks", "Math.min(last, account.limit)", "last"),
            Mutation.of(
                    "tasks beyond the limit are taken",
                    "cheater",
                    "HeldTasks",
                    "if (seq > account.limit || seq < 1) {",
                    "if (seq < 1) {"),
            Mutation.of(
                    "a draining node deals",
                    "draining",
                    "CreditLedger",
                    "if (!draining) {\n            dealer",
                    "if (true) {\n            dealer"),
            Mutation.of(
                    "a draining node takes tasks",
                    "draining",
                    "HeldTasks",
                    "} else if (draining) {",
                    "} else if (false) {"),
            Mutation.of(
                    "places are dealt in turns",
                    "fairShares",
                    "DealOrder",
                    "return difference == 0 ? one.share.dealt < other.share.dealt : difference < 0;",
                    "return one.share.dealt < other.share.dealt;"),
            Mutation.of(
                    "the first is dealt all it wants", "fairShares", "CreditDealer", "needy.lead()", "Long.MAX_VALUE"),
            Mutation.of(
                    "weights do not count",
                    "fairShares",
                    "DealOrder",
                    "long difference = one.load() * other.weight() - other.load() * one.weight();",
                    "long difference = one.load() - other.load();"),
            Mutation.of(
                    "what is held does not count",
                    "fairShares",
                    "Account",
                    "return share.held() + unused();",
                    "return unused();"),
            Mutation.of(
                    "what runs on for nobody does not count",
                    "fairShares",
                    "Accounts",
                    "Share known = former == null ? shares.get(from) : former.share;",
                    "Share known = former == null ? shares.get(from) : null;"),
            Mutation.of(
                    "a task that ended does not change the order",
                    "fairShares",
                    "CreditDealer",
                    "if (account != null && DealOrder.contains(account)) {",
                    "if (false) {"),

            // ---- unused credit
            Mutation.of(
                    "unused credit is never taken away",
                    "hoarders",
                    "Share",
                    "return Deadline.isOver(fencedAt, now);",
                    "return false;"),
            Mutation.of(
                    "unused credit is taken away too early",
                    "slowSources",
                    "Timing",
                    "PATIENCE = TimeUnit.SECONDS.toNanos(2);",
                    "PATIENCE = TimeUnit.MILLISECONDS.toNanos(900);"),
            Mutation.of(
                    "credit is taken away from who uses it",
                    "slowSources",
                    "CreditLedger",
                    "            account.share.uses(now);\n",
                    ""),
            Mutation.of(
                    "credit that is given back and taken again at once was not unused",
                    "hoarders",
                    "CreditLedger",
                    "account.share.fresh &= fresh;",
                    ""),
            Mutation.of(
                    "a slow producer gets no more time",
                    "farAway",
                    "Share",
                    "patience = Math.min(2 * patience, Timing.MOST_PATIENCE);",
                    ""),
            Mutation.of(
                    "unused credit is kept where nothing is free",
                    "slowSources",
                    "UnusedCredit",
                    "return !withheld;",
                    "return true;"),

            // ---- a node's tasks and answers
            Mutation.of(
                    "a repeated task runs again",
                    "atMostOnce",
                    "HeldTasks",
                    "if (!dealer.see(account, seq)) {",
                    "if (!dealer.see(account, seq) && account.held.get(seq) != null) {"),
            Mutation.of(
                    "nothing is answered again",
                    "lossy",
                    "Answers",
                    "if (entry != null && entry.result != null) {",
                    "if (true) {\n            return;\n        } else if (entry != null && entry.result != null) {"),
            Mutation.of(
                    "a forgotten result is not told",
                    "smallRing",
                    "Answers",
                    "answer(account, new Result(seq, ResultStatus.RETURNED, reason(Reason.RESULT_GONE)));",
                    ""),
            Mutation.of(
                    "a forgotten result means not run",
                    "smallRing",
                    "Answers",
                    "reason(Reason.RESULT_GONE)",
                    "reason(Reason.DRAINING)"),
            Mutation.of(
                    "results are not bounded",
                    "smallRing",
                    "ResultRing",
                    "while (entries > maxEntries || bytes > maxBytes) {",
                    "while (entries > maxEntries + 1 || bytes > maxBytes + 100) {"),
            Mutation.of(
                    "a cancelled task stays in the queue",
                    "cancelledStreams",
                    "HeldTasks",
                    "if (host.withdraw(task, true)) {\n                release(account);",
                    "if (false) {"),
            Mutation.of(
                    "an aborted task frees its place at once",
                    "cancelledStreams",
                    "HeldTasks",
                    "} else {\n                answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);",
                    "} else {\n                release(account);\n                answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);"),
            Mutation.of(
                    "a void seq that never came may still come",
                    "cancelledStreams",
                    "HeldTasks",
                    "if (dealer.see(account, seq)) {\n            answers.neverCame",
                    "if (!account.seen.contains(seq)) {\n            answers.neverCame"),

            // ---- what a dispatcher must do, in the one of these worlds
            Mutation.of(
                            "the window counts what is in flight only",
                            "orderedRetries",
                            "SimStream",
                            "return window - elements.size();",
                            "return window - (int) elements.values().stream().filter(each -> each.state == SimElement.State.IN_FLIGHT || each.state == SimElement.State.ENDED).count();")
                    .and("SimStream", "throw new Broken(\"I3", "new Broken(\"I3")
                    .and("SimStream", "throw new Broken(\"I10\",", "new Broken(\"I10\",")
                    .and(
                            "SimProducer",
                            "            launch(pending.remove(0), best);",
                            "            if (pending.get(left).failures > 0 && pending.get(left).stream.room() <= 0) {\n                left++;\n            } else {\n                launch(pending.remove(left), best);\n            }"),
            Mutation.of(
                    "waiting elements beyond the room are not wanted",
                    "nodeCrashes",
                    "SimProducer",
                    "int wanted = pending.size() + Math.min(lookAhead, room);",
                    "int wanted = Math.min(2 * room, pending.size() + Math.min(lookAhead, room));"));
}
