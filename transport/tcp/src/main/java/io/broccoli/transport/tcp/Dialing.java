package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Dials whom the {@link Targets} name, and lets them know what came of it. Where nobody listens any more, the member that did is gone, and
 * this one listens there itself if others look for somebody there. On the event loop.
 */
final class Dialing {

    /** Addresses that are dialed at a time. */
    private static final int MOST = 64;

    private final Targets targets;
    private final Roster roster;
    private final Endpoint endpoint;
    private final Listening listening;
    private final BiFunction<Channel, Target, FrameReader.Sink> made;
    private final Runnable seated;
    private final Consumer<Throwable> unreached;
    private final Map<Link, Target> dialed = new HashMap<>();
    private int underWay;
    private boolean open;

    /**
     * @param made what hears of a connection
     * @param seated hears that this member listens at another address
     * @param unreached hears why an address could not be reached
     */
    Dialing(
            Targets targets,
            Roster roster,
            Endpoint endpoint,
            Listening listening,
            BiFunction<Channel, Target, FrameReader.Sink> made,
            Runnable seated,
            Consumer<Throwable> unreached) {
        this.targets = targets;
        this.roster = roster;
        this.endpoint = endpoint;
        this.listening = listening;
        this.made = made;
        this.seated = seated;
        this.unreached = unreached;
    }

    /** From now on addresses are dialed. */
    void open() {
        open = true;
        dial();
    }

    void close() {
        open = false;
    }

    /** All whose time has come. */
    void dial() {
        if (!open) {
            return;
        }
        for (Target each : targets.due(System.nanoTime(), member -> roster.link(member) != null)) {
            if (underWay >= MOST) {
                return;
            }
            underWay++;
            each.dialing = true;
            endpoint.dial(each.host, channel -> made.apply(channel, each))
                    .subscribe(connection -> underWay--, error -> {
                        underWay--;
                        unreachable(each, error);
                    });
        }
    }

    private void unreachable(Target target, Throwable error) {
        if (!open) {
            return;
        }
        String member = target.member;
        failed(target, Failures.dialing(target.host, error));
        if (!isRefused(error)) {
            return; // perhaps it is only the way
        }
        Peer peer = member == null ? null : roster.get(member);
        if (peer != null && peer.link == null) {
            roster.gone(peer);
        }
        if (target.seed) {
            listening.takeSeat(target.host).subscribe(nothing -> {}, nobody -> {}, seated);
        }
    }

    private static boolean isRefused(Throwable error) {
        return error instanceof ConnectException
                && String.valueOf(error.getMessage()).contains("refused");
    }

    private void failed(Target target, Throwable cause) {
        targets.failed(target, roster.links().isEmpty(), System.nanoTime());
        unreached.accept(cause);
    }

    // ---- what came of it

    /** Somebody answered there; who it is, is not known yet. */
    void reached(Link link, Target target) {
        dialed.put(link, target);
    }

    /** The connection stands for both ends. */
    void stands(Link link, Hello hello) {
        Target target = dialed.get(link);
        if (target != null) {
            targets.answered(target, hello);
        }
    }

    /** Either end said no before there was a connection. */
    void notWelcome(Link link, @Nullable Hello claimed, Refusal refusal, Throwable why) {
        Target target = dialed.remove(link);
        if (target == null || !open) {
            return;
        }
        target.self = refusal == Refusal.SELF;
        boolean expected = target.self;
        if (refusal == Refusal.DUPLICATE && claimed != null) {
            targets.answered(target, claimed);
            expected = true;
        }
        if (expected) {
            targets.failed(target, false, System.nanoTime());
        } else {
            failed(target, why);
        }
    }

    /** A connection ended. */
    void lost(Link link, Throwable cause) {
        Target target = dialed.remove(link);
        if (target != null && open && link.peer() == null) {
            failed(target, cause);
        }
    }
}
