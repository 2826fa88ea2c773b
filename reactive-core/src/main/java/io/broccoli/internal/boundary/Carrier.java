package io.broccoli.internal.boundary;

import io.broccoli.spi.Transport;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;

/** A member's transport, which may be anybody's: whatever it throws means that it did not do what it was asked for. */
public final class Carrier {

    private static final Logger LOG = Loggers.getLogger(Carrier.class);

    private final Transport transport;
    private final Guard guard;
    private final int maxFrame;

    public Carrier(Transport transport, Guard guard) {
        this.transport = transport;
        this.guard = guard;
        this.maxFrame = transport.maxFrame();
    }

    /**
     * Sends a frame.
     *
     * @param done is called once, on any thread, when the frame left, or is known not to have; then with why, in words
     */
    public void send(String to, byte[] frame, Consumer<@Nullable String> done) {
        Ending ending = new Ending(done);
        try {
            transport.send(to, frame).subscribe(ending);
        } catch (Throwable thrown) {
            failed(ending, thrown);
        }
    }

    /** Publishes this member's presence, if it can be done now; else it is announced again later. */
    public void announce(byte[] status) {
        run(() -> transport.announce(status), new Ending(Carrier::log));
    }

    /** Asks all members to announce themselves, if it can be done now. */
    public void hello() {
        run(transport::hello, new Ending(Carrier::log));
    }

    /** Ends the connection. Completes always, as far as the transport does. */
    public Mono<Void> close(boolean forget) {
        return Mono.create(closed -> run(() -> transport.close(forget), new Ending(why -> {
            log(why);
            closed.success();
        })));
    }

    private void run(Supplier<Mono<Void>> what, Ending ending) {
        try {
            what.get().subscribe(ending);
        } catch (Throwable thrown) {
            failed(ending, thrown);
        }
    }

    private void failed(Ending ending, Throwable thrown) {
        guard.note(thrown);
        ending.onError(thrown);
    }

    private static void log(@Nullable String why) {
        if (why != null) {
            LOG.debug("The transport did not do it: {}", why);
        }
    }

    /** The largest frame that can be carried, in bytes. */
    public int maxFrame() {
        return maxFrame;
    }

    /** Which of its networks a member is on, the best first; none if the transport cannot say. */
    public int[] networksOf(String member) {
        try {
            return transport.networksOf(member);
        } catch (Throwable thrown) {
            guard.note(thrown);
            return new int[0];
        }
    }

    /** What must be allowed elsewhere for frames to and from a member; empty if nothing, or the transport cannot say. */
    public String requirements(String member) {
        return words(() -> transport.requirements(member));
    }

    /** The same of frames to a member alone. */
    public String requirementsTo(String member) {
        return words(() -> transport.requirementsTo(member));
    }

    private String words(Supplier<String> question) {
        try {
            return question.get();
        } catch (Throwable thrown) {
            guard.note(thrown);
            return "";
        }
    }

    /** Completes or fails, once, whatever the transport's publisher does. */
    private static final class Ending extends AtomicBoolean implements CoreSubscriber<Void> {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final Consumer<@Nullable String> done;

        Ending(Consumer<@Nullable String> done) {
            this.done = done;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable failed) {
            end(Thrown.described(failed));
        }

        @Override
        public void onComplete() {
            end(null);
        }

        private void end(@Nullable String why) {
            if (compareAndSet(false, true)) {
                done.accept(why);
            }
        }
    }
}
