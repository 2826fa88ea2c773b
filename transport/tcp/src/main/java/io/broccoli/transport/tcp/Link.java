package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * One end of a connection. Frames are taken from any thread and written on the event loop: all that wait go out with one write and one
 * flush, so that a lone frame goes at once and many share what a flush costs. The rest is on the event loop.
 *
 * <p>While this process has no room for more frames it does not read, until it has; so the other end finds the socket full, and its own
 * outbox, which is bounded as this one is.
 */
final class Link implements FrameReader.Sink {

    /** How much may wait to be written, in bytes; at least a few of the largest frames. */
    static final long OUTBOX = 8 * 1024 * 1024;

    /** How many times as much may wait of what this transport itself says; who takes no more than that is let go. */
    static final int OWN = 2;

    /** What members say of themselves and others may be as long as that, however small the frames are that one takes. */
    static final int LONGEST_NOTICE = 65_536;

    private static final int LARGEST_FRAMES = 4;
    private static final int WRITE = 65_536;
    private static final int LONGEST_BEFORE_PROOF = 1_024;
    private static final long FULL_AGAIN_MICROS = 500;
    private static final long LONGEST_FAREWELL_MILLIS = 2_000;

    /** Hears what happens to a link; on the event loop. */
    interface Listener {
        void message(Link link, Kind kind, byte[] body);

        /** Whether there is no room for more frames. */
        boolean isFull();

        /** Nothing more comes. */
        void closed(Link link, Throwable cause);
    }

    final boolean dialed;
    final String where;
    private final Channel channel;
    private final Listener listener;
    private final int maxFrame;
    private final long capacity;

    private final Queue<Delivery> waiting =
            Queues.<Delivery>unboundedMultiproducer().get();
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile @Nullable Throwable shut;

    // on the event loop
    private @Nullable Hello peer;
    private @Nullable Throwable reason;
    private boolean closingAfterWrites;
    private @Nullable Future<?> farewell;
    private boolean paused;
    private long heardAt = System.nanoTime();
    private long wroteAt = heardAt;

    /** @param where the other end's address, for messages */
    Link(Channel channel, boolean dialed, String where, int maxFrame, Listener listener) {
        this.channel = channel;
        this.dialed = dialed;
        this.where = where;
        this.maxFrame = maxFrame;
        this.capacity = capacity(maxFrame);
        this.listener = listener;
        // not by a handler: those can be gone before the channel is
        channel.closeFuture().addListener(end -> closed());
    }

    /** How much may wait for one member, in bytes. */
    static long capacity(int maxFrame) {
        return Math.max(OUTBOX, (long) LARGEST_FRAMES * maxFrame);
    }

    Channel channel() {
        return channel;
    }

    /** Who is at the other end; null until that is proven. */
    @Nullable Hello peer() {
        return peer;
    }

    void proven(Hello hello) {
        peer = hello;
    }

    /** The largest frame that both ends take. */
    int maxFrame() {
        Hello known = peer;
        return known == null ? maxFrame : Math.min(maxFrame, known.maxFrame());
    }

    long held() {
        return held.get();
    }

    long heardAt() {
        return heardAt;
    }

    long wroteAt() {
        return wroteAt;
    }

    // ---- out

    /** From any thread. */
    void accept(Delivery delivery) {
        Throwable closed = shut;
        if (closed != null) {
            delivery.end(closed);
            return;
        }
        long most = delivery.isOwn() ? OWN * capacity : capacity;
        if (held.addAndGet(delivery.cost()) > most) {
            held.addAndGet(-delivery.cost());
            full(delivery);
            return;
        }
        waiting.offer(delivery);
        if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drain);
            } catch (RejectedExecutionException e) { // all transports were closed
                delivery.end(e);
            }
        }
    }

    private void full(Delivery delivery) {
        Hello known = peer;
        String name = known == null ? where : known.member();
        if (delivery.isOwn()) {
            close(Failures.deaf(name, where));
        } else {
            delivery.end(new OutboxFullException(name, capacity));
        }
    }

    /** On the event loop. */
    void say(Kind kind, byte[] body) {
        accept(Delivery.own(kind, body));
    }

    private void drain() {
        scheduled.set(false);
        write();
    }

    @Override
    public void writable() {
        write();
    }

    private void write() {
        Throwable closed = shut;
        if (closed != null) {
            endWaiting(closed);
            return;
        }
        while (channel.isWritable()) {
            List<Delivery> batch = next();
            if (batch.isEmpty()) {
                break;
            }
            write(batch);
        }
        if (closingAfterWrites && waiting.isEmpty()) {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private List<Delivery> next() {
        List<Delivery> batch = new ArrayList<>();
        int bytes = 0;
        while (bytes < WRITE) {
            Delivery next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.isCancelled()) {
                held.addAndGet(-next.cost());
                continue;
            }
            batch.add(next);
            bytes += next.body.length + FrameReader.HEADER;
        }
        return batch;
    }

    private void write(List<Delivery> batch) {
        int bytes = 0;
        for (Delivery each : batch) {
            bytes += each.body.length + FrameReader.HEADER;
        }
        ByteBuf out = channel.alloc().ioBuffer(bytes);
        for (Delivery each : batch) {
            out.writeInt(each.body.length + 1).writeByte(each.kind.code).writeBytes(each.body);
        }
        wroteAt = System.nanoTime();
        channel.writeAndFlush(out).addListener(written -> end(batch, written.cause()));
    }

    private void end(List<Delivery> batch, @Nullable Throwable failed) {
        Throwable error = failed == null ? null : cause(failed);
        for (Delivery each : batch) {
            held.addAndGet(-each.cost());
            each.end(error);
        }
    }

    private void endWaiting(Throwable cause) {
        for (Delivery each = waiting.poll(); each != null; each = waiting.poll()) {
            held.addAndGet(-each.cost());
            each.end(cause);
        }
    }

    // ---- in

    @Override
    public int longest() {
        return peer == null ? LONGEST_BEFORE_PROOF : Math.max(maxFrame, LONGEST_NOTICE);
    }

    /** A part of a message is a sign of life too: a long one takes its time over a slow network. */
    @Override
    public void came() {
        heardAt = System.nanoTime();
    }

    @Override
    public void message(Kind kind, byte[] body) {
        if (body.length > (kind == Kind.FRAME ? maxFrame : LONGEST_NOTICE)) {
            throw new MalformedFrameException(kind + " of " + body.length + " bytes");
        }
        listener.message(this, kind, body);
        if (kind == Kind.FRAME && !paused && listener.isFull()) {
            paused = true;
            channel.config().setAutoRead(false);
            lookAgain();
        }
    }

    private void lookAgain() {
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (!channel.isOpen()) {
                                return;
                            }
                            if (listener.isFull()) {
                                lookAgain();
                            } else {
                                paused = false;
                                heardAt = System.nanoTime(); // it was not listened to
                                channel.config().setAutoRead(true);
                            }
                        },
                        FULL_AGAIN_MICROS,
                        TimeUnit.MICROSECONDS);
    }

    boolean isPaused() {
        return paused;
    }

    // ---- the end

    @Override
    public void broken(MalformedFrameException why) {
        close(new TcpConnectionException(
                TcpConnectionException.Reason.REFUSED,
                "what came from " + where + " was no message: " + why.getMessage(),
                why));
    }

    /** Writes what waits and this, and closes then, or when that takes too long. */
    void finish(Kind last, byte[] body, Throwable why) {
        if (reason == null) {
            reason = why;
        }
        say(last, body);
        closingAfterWrites = true;
        if (farewell == null) {
            farewell =
                    channel.eventLoop().schedule(() -> channel.close(), LONGEST_FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void close(Throwable why) {
        if (reason == null) {
            reason = why;
        }
        channel.close();
    }

    @Override
    public void failed(Throwable cause) {
        cause(cause);
    }

    private void closed() {
        Throwable why = cause(null);
        shut = why;
        if (farewell != null) {
            farewell.cancel(false);
        }
        endWaiting(why);
        listener.closed(this, why);
    }

    private Throwable cause(@Nullable Throwable failed) {
        Throwable known = reason;
        if (known != null) {
            return known;
        }
        Hello hello = peer;
        String words = failed == null ? "the other end closed it" : String.valueOf(failed.getMessage());
        Throwable made = hello == null
                ? new TcpConnectionException(
                        TcpConnectionException.Reason.UNREACHABLE,
                        "no greeting from " + where + ": " + words + " (does one side speak TLS and the other not?)",
                        failed)
                : new TcpConnectionException(
                        TcpConnectionException.Reason.LOST,
                        "lost the connection to '" + hello.member() + "' at " + where + ": " + words,
                        failed);
        reason = made;
        return made;
    }

    @Override
    public String toString() {
        Hello known = peer;
        return (known == null ? "?" : known.member()) + " at " + where + ", waiting " + held + " bytes";
    }
}
