package io.broccoli.perf.torture;

import io.broccoli.spi.Transport;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Loses and repeats frames on their way out and on their way in; presences and hellos pass. */
final class FaultyTransport implements Transport {

    /** Of this process, so that a test sees whether anything befell its frames. */
    static final LongAdder LOST = new LongAdder();

    static final LongAdder REPEATED = new LongAdder();

    private final Transport real;
    private final double loss;
    private final double repetition;
    private final SplittableRandom out;
    private final SplittableRandom in;

    FaultyTransport(Transport real, double loss, double repetition, long seed) {
        this.real = real;
        this.loss = loss;
        this.repetition = repetition;
        out = new SplittableRandom(seed);
        in = out.split();
    }

    /** How many copies pass: 0, 1 or 2. */
    private int copies(SplittableRandom random) {
        synchronized (random) {
            double chance = random.nextDouble();
            if (chance < loss) {
                LOST.increment();
                return 0;
            }
            if (chance < loss + repetition) {
                REPEATED.increment();
                return 2;
            }
            return 1;
        }
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        return Mono.defer(() -> switch (copies(out)) {
            case 0 -> Mono.empty(); // it left, and was seen no more
            case 1 -> real.send(to, frame);
            default -> real.send(to, frame).then(real.send(to, frame));
        });
    }

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        real.start(will, new Receiver() {
            @Override
            public void frame(String from, byte[] frame) {
                int copies = copies(in);
                for (int i = 0; i < copies; i++) {
                    receiver.frame(from, i == 0 ? frame : frame.clone());
                }
            }

            @Override
            public void presence(String member, byte[] status) {
                receiver.presence(member, status);
            }

            @Override
            public void hello() {
                receiver.hello();
            }

            @Override
            public void connected() {
                receiver.connected();
            }

            @Override
            public void disconnected(Throwable cause) {
                receiver.disconnected(cause);
            }
        });
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        return real.announce(status);
    }

    @Override
    public Mono<Void> hello() {
        return real.hello();
    }

    @Override
    public Mono<Void> close(boolean forget) {
        return real.close(forget);
    }

    @Override
    public int maxFrame() {
        return real.maxFrame();
    }
}
