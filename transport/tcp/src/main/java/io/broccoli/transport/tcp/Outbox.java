package io.broccoli.transport.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * What goes out over one connection. Messages are taken from any thread and written on the event loop: all that wait go out with one write
 * and one flush, so that a lone frame goes at once and many share what a flush costs.
 */
final class Outbox {

    /** How much may wait to be written, in bytes; at least a few of the largest frames. */
    static final long LEAST_CAPACITY = 8 * 1024 * 1024;

    /** How many times as much may wait of what this transport itself says; who takes no more than that is let go. */
    static final int OWN = 2;

    private static final int LARGEST_FRAMES = 4;
    private static final int WRITE = 65_536;

    /** Whose connection it is. */
    interface Owner {
        /** Who is at the other end, for messages. */
        String name();

        /** What is said to those whose messages could not be written. */
        Throwable explain(Throwable failed);

        /** The other end takes nothing. On the event loop. */
        void deaf();
    }

    private final Channel channel;
    private final Owner owner;
    private final long capacity;
    private final Queue<Delivery> waiting =
            Queues.<Delivery>unboundedMultiproducer().get();
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile @Nullable Throwable shut;

    // on the event loop
    private boolean closingAfterWrites;
    private long wroteAt = System.nanoTime();

    Outbox(Channel channel, int maxFrame, Owner owner) {
        this.channel = channel;
        this.owner = owner;
        this.capacity = capacity(maxFrame);
    }

    /** How much may wait for one member, in bytes. */
    static long capacity(int maxFrame) {
        return Math.max(LEAST_CAPACITY, (long) LARGEST_FRAMES * maxFrame);
    }

    /** What waits and what is being written, in bytes. */
    long held() {
        return held.get();
    }

    long wroteAt() {
        return wroteAt;
    }

    /** From any thread; what is this transport's own, on the event loop. */
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
        if (delivery.isOwn()) {
            owner.deaf();
        } else {
            delivery.end(new OutboxFullException(owner.name(), capacity));
        }
    }

    private void drain() {
        scheduled.set(false);
        write();
    }

    /** All that waits, as far as the channel takes it. */
    void write() {
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
        Throwable error = failed == null ? null : owner.explain(failed);
        for (Delivery each : batch) {
            held.addAndGet(-each.cost());
            each.end(error);
        }
    }

    /** When all that waits is written, the channel is closed. */
    void closeAfterWrites() {
        closingAfterWrites = true;
    }

    /** Nothing can be written any more: all that waits ends with this, and what comes yet. */
    void shut(Throwable why) {
        shut = why;
        endWaiting(why);
    }

    private void endWaiting(Throwable cause) {
        for (Delivery each = waiting.poll(); each != null; each = waiting.poll()) {
            held.addAndGet(-each.cost());
            each.end(cause);
        }
    }
}
