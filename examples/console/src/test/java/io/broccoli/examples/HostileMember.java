package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.Transport;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.contract.Soon;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A member that is let in by its own name, and says on the wire what no member would. */
final class HostileMember implements Transport.Receiver, AutoCloseable {

    static final int ALL = 65_000; // places that it asks for

    private static final int AT_ONCE = 64;
    private static final int MOST_WEIGHT = Integer.MAX_VALUE;
    private static final MessagePackFrameCodec FRAMES = new MessagePackFrameCodec();
    private static final MessagePackPayloadCodec VALUES = new MessagePackPayloadCodec();

    /** Later than those of members, which begin with the clock, and greater each time. */
    private static final AtomicLong LIVES = new AtomicLong(1L << 37);

    /** How many lives one of them may pretend to have. */
    static final int LIFE = 100_000;

    final long life = LIVES.getAndAdd(LIFE);
    final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
    final Map<String, Frame.Status> announced = new ConcurrentHashMap<>();
    private final Transport transport;
    private final String node;
    private final AtomicLong ctl = new AtomicLong();
    private volatile Consumer<Frame> hearing = frame -> {};

    /** Comes in, and waits until it knows the node, and reaches another member. */
    HostileMember(Transport transport, String node, String other) {
        this.transport = transport;
        this.node = node;
        transport.start(null, this);
        Soon.holds(() -> {
            transport.hello().onErrorComplete().block(Soon.MOST);
            assertThat(announced).containsKey(node);
            assertThat(reaches(other)).as("a way to %s", other).isTrue();
        });
    }

    private boolean reaches(String member) {
        return Boolean.TRUE.equals(transport
                .send(member, encoded(new Frame.Bye(0))) // of a life before all others: it changes nothing
                .thenReturn(true)
                .onErrorReturn(false)
                .block(Soon.MOST));
    }

    /** What is done with each frame that comes, beside keeping it. */
    void onFrame(Consumer<Frame> action) {
        hearing = action;
    }

    // ---- what it says

    /** Also what no codec would make. */
    void send(String to, byte[] frame) {
        transport.send(to, frame).onErrorComplete().block(Soon.MOST);
    }

    void send(Frame frame) {
        send(node, FRAMES.encode(frame, false));
    }

    void send(String to, Frame frame) {
        send(to, FRAMES.encode(frame, false));
    }

    /** Some at a time. */
    void sendAll(Flux<byte[]> all) {
        all.flatMap(each -> transport.send(node, each).onErrorComplete(), AT_ONCE)
                .blockLast(Soon.MOST);
    }

    void announce(Frame.Status status) {
        announce(FRAMES.encode(status, false));
    }

    void announce(byte[] status) {
        transport.announce(status).block(Soon.MOST);
    }

    Mono<Void> askWhoIsThere() {
        return transport.hello().onErrorComplete();
    }

    static byte[] encoded(Frame frame) {
        return FRAMES.encode(frame, false);
    }

    Frame.Poll poll(long ofLife, long linkEpoch, int want) {
        return new Frame.Poll(
                ofLife, linkEpoch, ctl.incrementAndGet(), want, new long[0], List.of(), ALL, 0, MOST_WEIGHT);
    }

    /** A call of a task of the node, for each number from the first one on. */
    Frame.Tasks tasks(long linkEpoch, long firstSeq, int count, String task, Object... args) {
        Payload call = VALUES.encodeBody(new Body.Call(number(task), List.of(args), Map.of(), Body.Headers.NONE));
        List<@Nullable Payload> bodies = Collections.nCopies(count, call);
        return new Frame.Tasks(life, linkEpoch, ctl.incrementAndGet(), ALL, firstSeq, firstSeq, bodies);
    }

    Frame.Cancel cancel(long linkEpoch, SeqRanges ranges) {
        return new Frame.Cancel(life, linkEpoch, ctl.incrementAndGet(), ALL, ranges);
    }

    private int number(String task) {
        return status(node).functions().stream()
                .filter(each -> each.name().equals(task))
                .mapToInt(FunctionInfo::number)
                .findFirst()
                .orElseThrow();
    }

    /** What a node announced last. */
    Frame.Status status(String of) {
        Frame.Status status = announced.get(of);
        assertThat(status).as("%s is known", of).isNotNull();
        return Objects.requireNonNull(status);
    }

    /** Opens a link to the node, as all do, and says how much it wants. */
    Frame.Grant open(int want) {
        send(poll(life, 0, want));
        long epoch =
                await(Frame.Grant.class, grant -> grant.producerEpoch() == life).linkEpoch();
        Frame.Poll again = poll(life, epoch, want);
        send(again);
        return await(Frame.Grant.class, grant -> grant.ctl() >= again.ctl());
    }

    // ---- what it hears

    /** The newest of a kind; waits for it. */
    <F extends Frame> F await(Class<F> kind, Predicate<F> which) {
        AtomicReference<F> found = new AtomicReference<>();
        Soon.holds(() -> {
            newest(kind, which).ifPresent(found::set);
            assertThat(found.get()).as("a %s", kind.getSimpleName()).isNotNull();
        });
        return Objects.requireNonNull(found.get());
    }

    <F extends Frame> Optional<F> newest(Class<F> kind, Predicate<F> which) {
        return frames.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(which)
                .reduce((before, after) -> after);
    }

    @Override
    public void frame(String from, byte[] bytes) {
        Frame frame = FRAMES.decode(bytes);
        frames.add(frame);
        hearing.accept(frame);
    }

    @Override
    public void presence(String member, byte[] status) {
        try {
            if (status.length > 0 && FRAMES.decode(status) instanceof Frame.Status read) {
                announced.put(member, read);
            }
        } catch (MalformedFrameException forged) {
            // by herself, before
        }
    }

    @Override
    public void hello() {}

    @Override
    public void connected() {}

    @Override
    public void disconnected(Throwable cause) {}

    /** With a farewell, so that what it had is free for the next attack. */
    @Override
    public void close() {
        send(new Frame.Bye(life + LIFE - 1));
        transport.close(true).block(Duration.ofSeconds(6));
    }
}
