package io.broccoli.internal.member;

import io.broccoli.frame.Frame;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.InboxBudget;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.internal.boundary.Guard;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.internal.producer.Dispatcher;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Takes what the transport brings, on its thread: decodes it, and hands it over to the member's serial executor, as much as may
 * wait there.
 */
final class Inbox implements Transport.Receiver {

    private static final Logger LOG = Loggers.getLogger(Inbox.class);

    private final MemberContext context;
    private final FrameCodec codec;
    private final Carrier carrier;
    private final Directory directory;
    private final Attendance attendance;
    private final Dispatcher dispatcher;
    private final @Nullable NodeRuntime node;
    private final InboxBudget budget = new InboxBudget();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean isAsked =
            new AtomicBoolean(); // to announce itself; by however many, it is answered once
    private final AtomicBoolean missesNews = new AtomicBoolean();
    private long frames; // on the executor
    private long bytes;

    Inbox(
            MemberContext context,
            FrameCodec codec,
            Carrier carrier,
            Directory directory,
            Attendance attendance,
            Dispatcher dispatcher,
            @Nullable NodeRuntime node) {
        this.context = context;
        this.codec = codec;
        this.carrier = carrier;
        this.directory = directory;
        this.attendance = attendance;
        this.dispatcher = dispatcher;
        this.node = node;
    }

    // ---- on the transport's thread

    @Override
    public void frame(String from, byte[] received) {
        if (!mayWait(received)) {
            return;
        }
        Frame frame;
        try {
            frame = codec.decode(received);
        } catch (RuntimeException | StackOverflowError malformed) {
            context.loop().execute(() -> {
                budget.leave(received.length);
                attendance.unreadable(from, malformed);
            });
            return;
        }
        context.loop().execute(() -> {
            count(received);
            receive(from, frame);
        });
    }

    private boolean mayWait(byte[] received) {
        boolean may = budget.enter(received.length);
        if (!may) {
            dropped.increment();
        }
        return may;
    }

    @Override
    public boolean isFull() {
        return budget.isFull();
    }

    @Override
    public void presence(String member, byte[] received) {
        if (mayWait(received)) {
            context.loop().execute(() -> {
                count(received);
                attendance.present(member, received);
            });
        } else {
            once(missesNews, carrier::hello); // it is told again
        }
    }

    @Override
    public void hello() {
        once(isAsked, attendance::announce);
    }

    /** However often it is wanted before it is done. */
    private void once(AtomicBoolean wanted, Runnable action) {
        if (wanted.compareAndSet(false, true)) {
            context.loop().execute(() -> {
                wanted.set(false);
                action.run();
            });
        }
    }

    @Override
    public void connected() {
        context.loop().execute(() -> {
            context.wire().connected();
            attendance.connected();
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        context.loop().execute(() -> {
            context.wire().disconnected();
            directory.disconnected(cause);
        });
    }

    /** What was asked there is asked again at once, another way. */
    @Override
    public void networkLost(Throwable cause) {
        LOG.warn("{} goes on over its other networks: {}", context.member(), Guard.described(cause));
        context.loop().execute(dispatcher.links()::connected);
    }

    // ---- on the executor

    private void count(byte[] received) {
        budget.leave(received.length);
        frames++;
        bytes += received.length;
    }

    private void receive(String from, Frame frame) {
        long now = context.clock().getAsLong();
        if (frame instanceof Frame.ToProducer answer) {
            int free = answer instanceof Frame.Results results
                    ? results.free()
                    : answer instanceof Frame.Grant grant ? grant.free() : -1;
            if (free >= 0) {
                directory.free(from, free);
            }
            dispatcher.links().frame(from, answer, now);
        } else if (frame instanceof Frame.ToNode request) {
            if (node != null && !attendance.isClosed()) {
                node.frame(from, request, now);
            }
        } else if (frame instanceof Frame.Bye bye) {
            attendance.left(from, bye.epoch());
        }
    }

    // ---- figures

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    /** What could not wait, or was refused. */
    long dropped() {
        return dropped.sum() + attendance.refusals().count();
    }
}
