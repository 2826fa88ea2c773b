package io.broccoli.internal.producer;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.ItemSink;
import io.broccoli.internal.credit.ItemSource;
import org.jspecify.annotations.Nullable;

/** This member's own node, at which sub-tasks of its tasks may run in their parents' places. Belongs to the member's serial executor. */
public final class OwnNode {

    private final Topology topology;
    private final Agenda agenda;
    private final MemberLife life;
    private final Launches launches;
    private final Notes notes;
    private final Endings endings;

    OwnNode(Topology topology, Agenda agenda, MemberLife life, Launches launches, Notes notes, Endings endings) {
        this.topology = topology;
        this.agenda = agenda;
        this.life = life;
        this.launches = launches;
        this.notes = notes;
        this.endings = endings;
    }

    private @Nullable Link link() {
        return topology.get(launches.member());
    }

    /** Whether it may run what waits there, also while it takes nothing more from others. */
    public boolean offers(Lane lane) {
        Link own = link();
        return own != null && Lane.admits(lane.route, own) && own.offers(lane.tasks);
    }

    /** @return null if it cannot be written, or run here */
    public @Nullable Payload body(Errand errand) {
        Link own = link();
        if (own == null) {
            return null;
        }
        if (errand.id == 0) {
            errand.id = life.idInPlace();
        }
        errand.sentAt = agenda.now();
        return launches.body(errand, own, errand.sentAt);
    }

    /** An errand runs in its parent's place from now on. */
    public void runs(Errand errand, InPlace run) {
        Link own = link();
        if (own != null) {
            errand.runsInPlace(run, own);
            errand.run.owner.sent(errand);
        }
    }

    /** Passes on what an errand gives that runs here and gives several values, as far as they are asked for. */
    public void items(Errand errand, InPlace run, ItemSource source) {
        ItemSink sink = errand.items;
        if (errand.isIn(run) && sink != null) {
            sink.take(source, agenda.clock(), value -> notes.item(errand, value));
            endings.hear();
        }
    }

    /** What ran in place is done; that of an errand that ended counts no more. */
    public void ended(Errand errand, InPlace run, ResultStatus status, Payload payload) {
        if (errand.isIn(run)) {
            errand.answered();
            endings.ended(errand, status, payload);
        }
    }

    /** Something changed for what waits. */
    public void changed() {
        agenda.changed();
    }
}
