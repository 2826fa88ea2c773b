package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RateLimit;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.Wire;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why work has no outcome, or was not sent: what is so now, for whoever reads the failure. */
final class Reasons {

    private static final int NODES_NAMED = 5;

    private final Topology topology;
    private final Directory directory;
    private final Wire wire;

    Reasons(Topology topology, Directory directory, Wire wire) {
        this.topology = topology;
        this.directory = directory;
        this.wire = wire;
    }

    /** The failure of an element whose time is out. */
    TaskOutcome.Failure<Object> timedOut(ElementRun run, DispatchOptions options, long now) {
        Errand errand = run.errands;
        String waited = "No outcome within " + options.timeout().toMillis() + " ms: ";
        if (errand == null) {
            return TaskOutcome.Failure.of(FailureKind.TIMEOUT, waited + "nothing was under way", "");
        }
        String message = waited + whyOf(errand, options, now) + "; " + directory.situation();
        TaskOutcome.Failure<Object> failure = TaskOutcome.Failure.of(FailureKind.TIMEOUT, message, errand.task());
        Link link = errand.link();
        return link == null ? failure : failure.on(link.name(), errand.attempt);
    }

    private String whyOf(Errand errand, DispatchOptions options, long now) {
        Link link = errand.link();
        return switch (errand.state()) {
            case SENT, ANSWERED -> link == null ? "it was sent" : sent(errand, link, now);
            case IN_PLACE -> "it runs at this node, in the place of the task that sent it";
            case SLEEPING -> sleeping(errand, options);
            case WAITING -> waiting(errand, options.rate(), now);
            case ENDED -> "nothing was under way";
        };
    }

    private static String sent(Errand errand, Link link, long now) {
        String ago = millis(now - errand.sentAt) + " ago";
        return switch (errand.standing(link, now)) {
            case SEEN -> "node " + link.name() + " has the task and did not answer";
            case SENT -> "the task was sent to node " + link.name() + " " + ago;
            default -> "the task was sent to node " + link.name() + " " + ago + ", which did not say that it has it";
        };
    }

    private static String sleeping(Errand errand, DispatchOptions options) {
        TaskOutcome.Failure<?> last = errand.lastFailure;
        return last == null
                ? "it is sent " + options.delay().toMillis() + " ms after it was taken"
                : "attempt " + errand.attempt + " had yet to come, " + after(last);
    }

    private static String after(TaskOutcome.Failure<?> last) {
        return "after " + last.kind() + ": " + last.message();
    }

    private String waiting(Errand errand, @Nullable RateLimit rate, long now) {
        Lane lane = errand.lane();
        String why = lane == null ? "it waited for an earlier element of its key" : notSent(lane, rate, now);
        TaskOutcome.Failure<?> last = errand.lastFailure;
        return last == null ? why : why + " for attempt " + errand.attempt + ", " + after(last);
    }

    /** Why nothing of a lane is sent. */
    String notSent(Lane lane, @Nullable RateLimit rate, long now) {
        if (rate != null && rate.available(now) == 0) {
            return "the rate limit lets no more through: " + rate;
        }
        topology.refresh(lane);
        List<String> nodes = new ArrayList<>();
        int more = 0;
        boolean offered = false;
        for (Link link : topology.links()) {
            if (link.isGivenUp() || !Lane.admits(lane.route, link) || !link.offers(lane.tasks)) {
                continue;
            }
            offered = true;
            if (nodes.size() < NODES_NAMED) {
                nodes.add("node " + link.name() + " " + refusal(link, now));
            } else {
                more++;
            }
        }
        if (offered) {
            return String.join(", ", nodes) + (more > 0 ? ", and " + more + " more took nothing" : "");
        }
        return topology.anyAdmitted(lane.route)
                ? "no node that may be used offers " + topology.missing(lane)
                : "no node that may be used is there";
    }

    private String refusal(Link link, long now) {
        return switch (link.state()) {
            case ABSENT, GIVEN_UP -> "is not there";
            case ASKED -> "was asked anew what it offers, and has not answered";
            case STALLED -> "takes nothing though it says so: " + unanswered(link, now);
            case DRAINING -> "is draining";
            case ACTIVE ->
                link.isAsking()
                        ? unanswered(link, now)
                        : link.usable() > 0 ? "had room, which other work took first" : "had no room for it";
        };
    }

    /** Of a node that was never heard, also what must be allowed: its presence came, and frames have rules of their own. */
    private String unanswered(Link link, long now) {
        String required = link.wasHeard() ? "" : wire.requirements(link.name());
        return "was asked for room " + millis(link.askingFor(now)) + " ago and has not answered"
                + (required.isEmpty() ? "" : " (nothing ever came from it: " + required + ")");
    }

    private static String millis(long nanos) {
        return Math.max(0, nanos) / 1_000_000 + " ms";
    }
}
