package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import io.netty.channel.Channel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection. What goes out, from any thread, goes through its {@link Outbox}; the rest is on the event loop.
 *
 * <p>While this process has no room for more frames it does not read, until it has; so the other end finds the socket full, and its own
 * outbox, which is bounded as this one is.
 */
final class Link implements FrameReader.Sink, Outbox.Owner {

    /** What members say of themselves and others may be as long as that, however small the frames are that one takes. */
    static final int LONGEST_NOTICE = 65_536;

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
    private final Outbox outbox;

    // on the event loop
    private @Nullable Hello peer;
    private @Nullable Throwable reason;
    private @Nullable Future<?> farewell;
    private boolean paused;
    private long heardAt = System.nanoTime();

    /** @param where the other end's address, for messages */
    Link(Channel channel, boolean dialed, String where, int maxFrame, Listener listener) {
        this.channel = channel;
        this.dialed = dialed;
        this.where = where;
        this.maxFrame = maxFrame;
        this.listener = listener;
        this.outbox = new Outbox(channel, maxFrame, this);
        // not by a handler: those can be gone before the channel is
        channel.closeFuture().addListener(end -> closed());
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
        return outbox.held();
    }

    long heardAt() {
        return heardAt;
    }

    long wroteAt() {
        return outbox.wroteAt();
    }

    // ---- out

    /** From any thread. */
    void accept(Delivery delivery) {
        outbox.accept(delivery);
    }

    /** On the event loop. */
    void say(Kind kind, byte[] body) {
        outbox.accept(Delivery.own(kind, body));
    }

    @Override
    public void writable() {
        outbox.write();
    }

    @Override
    public String name() {
        Hello known = peer;
        return known == null ? where : known.member();
    }

    @Override
    public Throwable explain(Throwable failed) {
        return cause(failed);
    }

    @Override
    public void deaf() {
        close(Failures.deaf(name(), where));
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
        outbox.closeAfterWrites();
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
        if (farewell != null) {
            farewell.cancel(false);
        }
        outbox.shut(why);
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
        return (known == null ? "?" : known.member()) + " at " + where + ", waiting " + held() + " bytes";
    }
}
