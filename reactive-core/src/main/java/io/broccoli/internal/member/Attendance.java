package io.broccoli.internal.member;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.internal.credit.Timing;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.internal.producer.Dispatcher;
import io.broccoli.internal.producer.Topology;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.VersionMismatchException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Who is there: what a member announces of itself, and what it makes of the presences and good-byes of others. Belongs to the
 * member's serial executor.
 */
final class Attendance {

    private static final Duration HELLO_AFTER = Duration.ofMillis(500);

    /** A cluster of brokers can lose an announcement between two of them; whoever waits for a node asks for it this often. */
    static final Duration HELLO_AGAIN = Duration.ofSeconds(2);

    private static final Duration MOST_UNTIL_ASKED = Duration.ofMinutes(10);

    private final MemberContext context;
    private final FrameCodec codec;
    private final Carrier carrier;
    private final Directory directory;
    private final Dispatcher dispatcher;
    private final @Nullable NodeRuntime node;
    private final Refusals refusals;
    private final PresenceBudget budget = PresenceBudget.ofHeap();
    private long epoch;
    private byte[] announced = {};
    private boolean heardOfOthers; // since the connection
    private boolean closed;
    private boolean asksOnceMore;
    private Duration untilAsked = HELLO_AGAIN;

    /** @param epoch of the member, in which it begins */
    Attendance(
            MemberContext context,
            FrameCodec codec,
            Carrier carrier,
            Directory directory,
            Dispatcher dispatcher,
            @Nullable NodeRuntime node,
            long epoch) {
        this.context = context;
        this.codec = codec;
        this.carrier = carrier;
        this.directory = directory;
        this.dispatcher = dispatcher;
        this.node = node;
        this.refusals = new Refusals(context);
        this.epoch = epoch;
        if (node != null) {
            node.whenWorn(() -> beginLife(node, this.epoch + 1));
        }
    }

    boolean isClosed() {
        return closed;
    }

    Refusals refusals() {
        return refusals;
    }

    // ---- the connection

    void connected() {
        untilAsked = HELLO_AGAIN;
        directory.connected();
        heardOfOthers = false;
        announce();
        dispatcher.links().connected();
        context.timers()
                .schedule(
                        () -> context.loop().execute(this::helloUnlessToldOfOthers),
                        HELLO_AFTER.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Brokers that keep presences tell of all nodes by then. Others tell nothing, not even of those that joined meanwhile. */
    private void helloUnlessToldOfOthers() {
        if (!heardOfOthers) {
            hello();
        }
    }

    /** Asks all others again and again to announce themselves, until that is disposed. From any thread. */
    Disposable askAgain() {
        long period = HELLO_AGAIN.toMillis();
        return context.timers()
                .schedulePeriodically(() -> context.loop().execute(this::hello), period, period, TimeUnit.MILLISECONDS);
    }

    private void hello() {
        if (!closed) {
            carrier.hello();
        }
    }

    // ---- this member

    /** What others find when a node vanishes; null for who is no node. */
    byte @Nullable [] will() {
        return node == null ? null : codec.encode(node.status(MemberState.GONE), false);
    }

    /** Tells all others what this node is. */
    void announce() {
        if (node != null && !closed) {
            Frame.Status mine = node.status(node.state());
            announced = codec.encode(mine, false);
            NodeInfo info = NodeInfo.of(mine);
            directory.changed(info);
            dispatcher.announcedSelf(info, mine.features());
            carrier.announce(announced);
        }
    }

    /** Says good-bye to the nodes. */
    void leave() {
        dispatcher.links().bye(epoch);
        closed = true;
        directory.close();
    }

    /** A presence under this member's own name: what it announced itself, or what is kept of a former life. */
    private void myself(Frame.Status status, byte[] bytes) {
        if (node == null || closed || Arrays.equals(bytes, announced) || status.bootEpoch() < epoch) {
            return;
        }
        if (status.bootEpoch() >= Timing.MOST_EPOCH) {
            impossible(status);
            return;
        }
        if (status.bootEpoch() > epoch || status.state() == MemberState.GONE) {
            beginLife(node, status.bootEpoch() + 1);
        }
    }

    private void impossible(Frame.Status status) {
        String message = "no life of a member has the number " + status.bootEpoch();
        refusals.refuse(status.member(), new MalformedFrameException(message));
    }

    private void beginLife(NodeRuntime mine, long newEpoch) {
        epoch = newEpoch;
        mine.restart(epoch);
        dispatcher.links().restart(epoch);
        announce();
    }

    // ---- others

    /** A presence came; empty if it was taken away. */
    void present(String member, byte[] bytes) {
        if (bytes.length == 0) {
            if (!member.equals(context.member())) {
                vanished(member);
            }
            return;
        }
        Frame frame;
        try {
            frame = codec.decode(bytes);
        } catch (VersionMismatchException other) {
            incompatible(member, other);
            return;
        } catch (RuntimeException | StackOverflowError malformed) {
            refusals.refuse(member, malformed);
            return;
        }
        if (!(frame instanceof Frame.Status status) || !status.member().equals(member)) {
            refusals.refuse(member, new MalformedFrameException("no STATUS of this member"));
        } else if (member.equals(context.member())) {
            myself(status, bytes);
        } else {
            node(status, bytes.length);
        }
    }

    private void node(Frame.Status status, int bytes) {
        if (status.bootEpoch() >= Timing.MOST_EPOCH) {
            impossible(status);
            return;
        }
        NodeInfo known = directory.get(status.member());
        if (known != null && status.bootEpoch() < known.bootEpoch()) {
            return; // the will of a former life
        }
        if (status.state() == MemberState.GONE) {
            vanished(status.member());
            return;
        }
        if (!makeRoom(status.member(), bytes)) {
            refusals.refuse(status.member(), new IllegalStateException(full()));
            return;
        }
        heardOfOthers = true;
        budget.keep(status.member(), bytes);
        directory.changed(dispatcher.announced(NodeInfo.of(status), status.features()));
    }

    /**
     * Makes room for one more node. Those that never answered leave first: what a broker kept of them may be forged. Real ones among
     * them are asked to announce themselves again.
     */
    private boolean makeRoom(String member, int bytes) {
        while (!budget.fits(member, bytes) || !dispatcher.hasRoom(member)) {
            String stranger = dispatcher.stranger();
            if (stranger == null) {
                return false;
            }
            refusals.displaced(stranger, full());
            directory.gone(stranger);
            budget.forget(stranger);
            dispatcher.forget(stranger);
            askOnceMore();
        }
        return true;
    }

    private String full() {
        return Topology.MOST_NODES + " nodes, and " + budget.most() + " bytes of what they announce, are kept at most";
    }

    /**
     * A while later, when a broker has told all that it kept. There may be more real nodes than are kept: then it is asked ever less
     * often.
     */
    private void askOnceMore() {
        if (asksOnceMore) {
            return;
        }
        asksOnceMore = true;
        Runnable ask = () -> {
            asksOnceMore = false;
            hello();
        };
        context.timers().schedule(() -> context.loop().execute(ask), untilAsked.toMillis(), TimeUnit.MILLISECONDS);
        untilAsked = untilAsked.compareTo(MOST_UNTIL_ASKED) < 0 ? untilAsked.multipliedBy(2) : MOST_UNTIL_ASKED;
    }

    private void incompatible(String member, VersionMismatchException why) {
        dispatcher.links().gone(member);
        if (directory.get(member) != null || directory.size() < Topology.MOST_NODES) {
            directory.changed(NodeInfo.incompatible(member));
        }
        refusals.refuse(member, why);
    }

    /** A member said good-bye, unless that was in a life before the one that is known. */
    void left(String member, long epochThen) {
        if (node != null) {
            node.bye(member, epochThen);
        }
        NodeInfo known = directory.get(member);
        if (known != null && epochThen >= known.bootEpoch()) {
            vanished(member);
        }
    }

    private void vanished(String member) {
        directory.gone(member);
        budget.forget(member);
        dispatcher.links().gone(member);
    }

    /** A frame cannot be read; one of another version is of a member that cannot be talked to. */
    void unreadable(String from, Throwable why) {
        if (why instanceof VersionMismatchException) {
            dispatcher.links().gone(from);
        }
        refusals.refuse(from, why);
    }
}
