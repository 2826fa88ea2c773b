package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A source and a sink of items over a network that loses, repeats and reorders; what holds is checked after each event. */
class ItemStreamTest {

    private static final int SEEDS = 300;
    private static final long MILLI = 1_000_000;
    private static final long HORIZON = TimeUnit.MINUTES.toNanos(30);

    @Test
    void allItemsComeOnceAndInOrder() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new World(seed, false).run();
        }
    }

    @Test
    void withoutSendingAgainAStreamWouldNotEnd() {
        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < 20; seed++) {
                        new World(seed, true).run();
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not ended");
    }

    @Test
    void aProducerThatCheatsMakesTheNodeKeepNoMoreThanItsBound() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            ItemSource source = new ItemSource(1, false, any(random), any(random));
            long asked = 0;
            long given = 0;
            for (int i = 0; i < 2_000; i++) {
                asked += source.ask();
                while (asked > given && random.nextInt(10) > 0) {
                    given++;
                    source.offer(payload(given, random.nextInt(20)));
                }
                source.heard(any(random), any(random), i * 100L * MILLI);
                source.take(1 + random.nextInt(50), 10_000, i * 100L * MILLI);
                assertThat(source.kept()).as("seed " + seed).isLessThanOrEqualTo(ItemSource.MAX_WINDOW);
            }
        }
    }

    /** Small items, as otherwise their bytes are the bound. */
    @Test
    void aProducerThatConfirmsNothingIsKeptAThousandAndTwentyFourItemsHoweverManyItAsksFor() {
        ItemSource source = new ItemSource(1, false, Long.MAX_VALUE, 0);
        for (int i = 0; i < 1_000; i++) {
            for (long asked = source.ask(); asked > 0; asked--) {
                source.offer(payload(i, 1));
            }
            source.heard(0, Long.MAX_VALUE, i * MILLI);
            while (source.take(50, 10_000, i * MILLI) != null) {}
        }
        assertThat(source.kept()).isEqualTo(1_024);
        source.heard(24, Long.MAX_VALUE, 1_000 * MILLI);
        assertThat(source.room()).isEqualTo(24);
    }

    @Test
    void aNodeThatCheatsMakesTheProducerKeepNoMoreThanItsWindow() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            int window = 1 + random.nextInt(20);
            ItemSink sink = new ItemSink(window);
            List<Payload> received = new ArrayList<>();
            long taken = 0;
            for (int i = 0; i < 2_000; i++) {
                List<Payload> values = new ArrayList<>();
                for (int n = random.nextInt(8); n > 0; n--) {
                    values.add(payload(n, 1));
                }
                long first = random.nextInt(4) == 0 ? any(random) : random.nextInt((int) taken + 2 * window);
                sink.offer(new Frame.ItemRun(1, first, random.nextInt(20) == 0, values), received::add);
                if (taken < received.size() && random.nextBoolean()) {
                    taken++;
                    sink.taken();
                }
                assertThat(received.size() - taken + sink.early())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(window);
            }
        }
    }

    @Test
    void largeItemsAreAskedForAsFarAsTheyFitIntoTheBound() {
        int size = 1 << 20;
        ItemSource source = new ItemSource(1, false, 1024, 0);
        long now = 0;
        long received = 0;
        for (int i = 0; i < 50; i++) {
            long asked = source.ask();
            for (long n = 0; n < asked; n++) {
                source.offer(Payload.of(new byte[size]));
            }
            if (i > 0) {
                assertThat(source.keptBytes()).isLessThanOrEqualTo(ItemSource.MAX_BYTES);
            }
            while (source.take(10, 3L * size, now) != null) {}
            received = Math.max(received, source.produced());
            source.heard(received, 1024, now);
        }
        assertThat(source.produced()).isGreaterThan(100);
    }

    @Test
    void anItemThatIsLargerThanTheBoundIsAskedForAlone() {
        ItemSource source = new ItemSource(1, false, 1, 0);
        assertThat(source.ask()).isEqualTo(1);
        source.offer(Payload.of(new byte[(int) ItemSource.MAX_BYTES + 1]));
        source.take(1, Long.MAX_VALUE, 0);
        source.heard(0, 100, 0);
        assertThat(source.ask()).isZero();
        source.heard(1, 100, 0);
        assertThat(source.ask()).isEqualTo(1);
    }

    @Test
    void thatItemsEndedIsSaidOnceAndNotEachTimeThatTheSourceIsLookedAt() {
        ItemSource source = new ItemSource(1, false, 10, 0);
        source.ask();
        source.offer(payload(1, 0));
        source.take(10, 1_000, 0);
        source.end();
        assertThat(source.hasNews()).isTrue();
        assertThat(source.take(10, 1_000, 0)).isNotNull().satisfies(run -> assertThat(run.last())
                .isTrue());
        source.end();
        assertThat(source.hasNews()).isFalse();
    }

    private static long any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3_000);
            case 1 -> Long.MAX_VALUE - random.nextInt(3);
            case 2 -> -random.nextInt(100);
            default -> random.nextLong();
        };
    }

    private static Payload payload(long index, int more) {
        byte[] bytes = new byte[4 + more];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) (index >> 8 * i);
        }
        return Payload.of(bytes);
    }

    private static long index(Payload payload) {
        byte[] bytes = payload.toBytes();
        return bytes[0] & 0xff | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16;
    }

    /** One stream, with losses of its node if it is replayable. */
    private static final class World {
        private final Random random;
        private final long seed;
        private final boolean neverAgain;
        private final int window;
        private final int count;
        private final double loss;
        private final ItemSink sink;
        private ItemSource source;
        private int attempt; // what another one sent counts no more
        private int attempts;
        private long given;
        private long asked;
        private long ctl;
        private long echoed;
        private long lastPoll;
        private long received;
        private long taken;
        private boolean over;

        private final PriorityQueue<Event> events = new PriorityQueue<>();
        private final long begun; // what the clock showed then
        private long order;
        private long now;

        private record Event(long at, long order, Runnable action) implements Comparable<Event> {
            @Override
            public int compareTo(Event other) {
                return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
            }
        }

        World(long seed, boolean neverAgain) {
            this.seed = seed;
            this.neverAgain = neverAgain;
            random = new Random(seed);
            window = 1 + random.nextInt(random.nextBoolean() ? 5 : 100);
            count = random.nextInt(random.nextBoolean() ? 8 : 400);
            loss = neverAgain ? 0.5 : random.nextDouble() * 0.4;
            attempts = random.nextInt(4);
            begun = random.nextLong();
            sink = new ItemSink(window);
            source = new ItemSource(1, true, window, 0);
        }

        private void after(long pause, Runnable action) {
            events.add(new Event(now + pause, order++, action));
        }

        private void send(Runnable arrival) {
            for (int copies = random.nextInt(4) == 0 ? 2 : 1; copies > 0; copies--) {
                if (random.nextDouble() >= loss) {
                    after(MILLI + (long) (random.nextDouble() * 60 * MILLI), arrival);
                }
            }
        }

        void run() {
            after(0, this::work);
            after(0, this::subscribe);
            after(0, this::poll);
            while (!over) {
                Event event = events.poll();
                assertThat(event).isNotNull();
                now = event.at;
                assertThat(now)
                        .as("seed " + seed + ": not ended, " + received + " of " + count)
                        .isLessThan(HORIZON);
                event.action.run();
                check();
            }
            assertThat(received).as("seed " + seed).isEqualTo(count);
        }

        private void check() {
            assertThat(source.kept()).as("seed " + seed).isLessThanOrEqualTo(window);
            assertThat(asked).as("seed " + seed + ": asked of the source").isLessThanOrEqualTo(taken + window);
            assertThat(received - taken + sink.early()).as("seed " + seed).isLessThanOrEqualTo(window);
        }

        /** The source gives some of what it is asked for, its items are sent, and at times its node is lost. */
        private void work() {
            if (attempts > 0 && received > 0 && random.nextInt(200) == 0) {
                attempts--;
                attempt++;
                sink.restart();
                source = new ItemSource(1, true, sink.limit(), sink.received());
                given = 0;
                asked = 0;
            }
            asked += source.ask();
            for (int some = random.nextInt(20); some > 0 && given < Math.min(asked, count); some--) {
                given++;
                source.offer(payload(given, random.nextInt(3)));
            }
            if (given == count && random.nextBoolean()) {
                source.end();
            }
            int mine = attempt;
            Frame.ItemRun run = source.take(1 + random.nextInt(40), 300, begun + now);
            if (run != null) {
                send(() -> {
                    if (mine == attempt) {
                        sink.offer(run, this::receive);
                        if (sink.hasNews()) {
                            poll();
                        }
                    }
                });
            }
            over = source.isOver();
            after((long) (random.nextDouble() * 20 * MILLI), this::work);
        }

        private void receive(Payload item) {
            received++;
            assertThat(index(item)).as("seed " + seed).isEqualTo(received);
        }

        private void subscribe() {
            for (int some = random.nextInt(window + 1); some > 0 && taken < received; some--) {
                taken++;
                sink.taken();
            }
            if (sink.hasNews()) {
                poll();
            }
            after((long) (random.nextDouble() * 50 * MILLI), this::subscribe);
        }

        private void poll() {
            if (sink.isDue(echoed, begun + now)) {
                lastPoll = now;
                int mine = attempt;
                long number = ++ctl;
                Frame.ItemAsk ask = sink.ask(1, number, begun + now);
                send(() -> {
                    if (mine == attempt) {
                        source.heard(ask.received(), ask.limit(), begun + (neverAgain ? 0 : now));
                        send(() -> echoed = Math.max(echoed, number));
                    }
                });
            }
            after(300 * MILLI, () -> {
                if (now - lastPoll >= 300 * MILLI) {
                    poll();
                }
            });
        }
    }
}
