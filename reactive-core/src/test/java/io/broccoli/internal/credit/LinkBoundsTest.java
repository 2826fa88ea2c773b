package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a producer keeps of a link, whatever its node sends: it is bounded, and each task ends once. */
class LinkBoundsTest {

    private static final int SEEDS = 60;
    private static final int STEPS = 300;
    private static final int MOST_TASKS = 200; // that the producer has under way

    @Test
    void whateverANodeSendsAProducerKeepsNoMoreThanItsBoundsAndEachTaskEndsOnce() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new World(seed).run();
        }
    }

    private static final class World implements LinkEvents<Integer> {
        private final long seed;
        private final Random random;
        private final CreditLink<Integer> link = new CreditLink<>(5, IdBlocks.above(1L << 40), this);
        private final Set<Integer> underWay = new HashSet<>();
        private final List<Long> seqs = new ArrayList<>();
        private int launched;
        private long life = 5;
        private long epoch = 1L << Timing.EPOCH_BITS;
        private long now;
        private String when = "";

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.now = random.nextLong();
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                when = "seed " + seed + ", step " + step;
                now += random.nextInt(3) == 0 ? (long) (random.nextDouble() * 2 * Timing.REANNOUNCE) : 0;
                if (random.nextBoolean()) {
                    node();
                } else {
                    producer();
                }
                assertThat(link.usable()).as(when).isLessThanOrEqualTo(OpenSeqs.MOST_CREDIT);
                assertThat(link.inFlight()).as(when).isEqualTo(underWay.size());
                if (step % 50 == 0) {
                    check(Reach.of(link));
                }
            }
            link.gone();
            assertThat(underWay).as(when).isEmpty();
        }

        private void check(Reach reach) {
            assertThat(reach.count(Sent.class)).as(when).isLessThanOrEqualTo(MOST_TASKS + 2);
            assertThat(reach.count(Payload.class)).as(when).isLessThanOrEqualTo(MOST_TASKS + 1);
            assertThat(reach.slots()).as(when).isLessThanOrEqualTo(2L * OpenSeqs.MOST_CREDIT + 4 * MOST_TASKS + 64);
        }

        // ---- what the node sends

        private void node() {
            long known = link.epoch();
            epoch += random.nextInt(10) == 0 ? 1 : 0;
            long linkEpoch = any(known, known, epoch, 0, -1, Long.MAX_VALUE - 1);
            long producerEpoch = random.nextInt(10) == 0 ? any(0, Long.MAX_VALUE) : life;
            long ctl = any(1, 2, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE);
            long limit = any(1, 50, 1_000, Long.MAX_VALUE, Long.MAX_VALUE - random.nextInt(100), -1, Long.MIN_VALUE);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    SeqRanges seen = random.nextBoolean()
                            ? SeqRanges.NONE
                            : new SeqRanges(any(1, 100, Long.MAX_VALUE - 2), Long.MAX_VALUE, Long.MAX_VALUE);
                    link.grant(new Frame.Grant(producerEpoch, linkEpoch, ctl, limit, seen, -1), now);
                }
                case 2 -> {
                    List<Result> results = new ArrayList<>();
                    for (int i = random.nextInt(20); i > 0; i--) {
                        results.add(new Result(seq(), ResultStatus.values()[random.nextInt(7)], Payload.EMPTY));
                    }
                    link.results(new Frame.Results(producerEpoch, linkEpoch, ctl, limit, -1, results), now);
                }
                default -> {
                    long newer = link.staleProducer(new Frame.Nack(
                            linkEpoch, 0, Long.MAX_VALUE, Refusal.STALE_PRODUCER, any(life, life + 3, Long.MAX_VALUE)));
                    if (newer > life && newer < Timing.MOST_EPOCH) {
                        life = newer;
                        link.restart(life);
                    }
                }
            }
        }

        private long seq() {
            long known = seqs.isEmpty() ? 0 : seqs.get(random.nextInt(seqs.size()));
            return any(known, known, known, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE);
        }

        // ---- what the producer does

        private void producer() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    for (int i = random.nextInt(30); i > 0 && underWay.size() < MOST_TASKS && link.usable() > 0; i--) {
                        underWay.add(++launched);
                        seqs.add(link.launch(launched, Payload.of(new byte[8]), null, now));
                    }
                }
                case 1 -> link.want((int) any(0, 1, 30, 100_000));
                case 2 -> {
                    link.tick();
                    link.mayWant(random.nextBoolean(), now);
                }
                case 3 -> {
                    link.tasks(now, 64, 8, 200);
                    link.keep(now, 1 << 16, 0, frame -> {});
                }
                case 4 -> {
                    while (link.cancel() != null) {
                        assertThat(link.isBusy()).as(when).isTrue();
                    }
                }
                default -> assertThat(link.nextKeep(now) - now).as(when).isLessThanOrEqualTo(Timing.REANNOUNCE);
            }
        }

        @Override
        public void outcome(Integer element, ResultStatus status, Payload payload) {
            assertThat(underWay.remove(element)).as("%s: it ended before", when).isTrue();
        }

        @Override
        public void lost(Integer element, boolean mayHaveStarted) {
            assertThat(underWay.remove(element)).as("%s: it ended before", when).isTrue();
        }

        private long any(long... choices) {
            return choices[random.nextInt(choices.length)];
        }
    }
}
