package io.broccoli.internal.producer;

import io.broccoli.frame.Body;
import io.broccoli.internal.base.Deadline;
import io.broccoli.task.Work;
import java.util.ArrayList;
import java.util.List;

/** Work as a node understands it: its functions by that node's numbers. */
final class Bodies {

    private Bodies() {}

    static Body of(Errand errand, Link link, long now) {
        boolean begun = errand.continues || errand.run.hasItems();
        long expiresAt = begun ? Deadline.NEVER : errand.run.expiresAt;
        long left = expiresAt == Deadline.NEVER ? 0 : Math.max(1, Deadline.left(expiresAt, now) / 1_000_000);
        int depth = errand.run.owner.depth();
        Body.Headers headers = errand.id == 0 && left == 0 && depth == 0
                ? Body.Headers.NONE
                : new Body.Headers(errand.id, errand.attempt, left, depth, "");
        if (errand.items != null) {
            headers = headers.withItems(errand.items.limit(), errand.items.received());
        }
        if (errand.work instanceof Work.Call call) {
            return new Body.Call(link.number(call.task()), call.args(), call.kwargs(), headers);
        }
        if (errand.work instanceof Work.Each each) {
            return new Body.Each(link.number(each.task()), each.args(), each.items(), each.spread(), headers);
        }
        Work.Chain chain = (Work.Chain) errand.work;
        List<Body.Step> steps = new ArrayList<>(chain.steps().size());
        for (Work.Step step : chain.steps()) {
            steps.add(new Body.Step(link.number(step.task()), step.args(), step.kwargs(), step.immutable()));
        }
        return new Body.Chain(steps, headers);
    }
}
