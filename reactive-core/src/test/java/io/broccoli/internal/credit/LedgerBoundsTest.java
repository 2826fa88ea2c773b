package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node keeps for its producers, whatever they send: it is bounded, and no producer uses up what others need. */
class LedgerBoundsTest {

    private static final int CAPACITY = 8;
    private static final int LINKS = 4;
    private static final int RING = 32;
    private static final int MOST_ANSWERS = 64; // of a small node, that may wait for a producer which gets more credit
    private static final long BOOT = 7;
    private static final int SEEDS = 40;
    private static final long SECOND = 1_000_000_000L;

    private final Node node = new Node();
    private final CreditLedger ledger = new CreditLedger(BOOT, CAPACITY, LINKS, RING, 1 << 12, Frame.MOST_WEIGHT, node);

    /** Its tasks run until they are told to end. */
    private static final class Node implements CreditLedger.Host {
        final List<HeldTask> queued = new ArrayList<>();
        final List<HeldTask> running = new ArrayList<>();
        final List<Account> ready = new ArrayList<>();
        Frame.@Nullable Grant grant;

        @Nullable Refusal refusal;

        int worn;

        @Override
        public void send(Account account, Frame.ToProducer frame) {
            if (frame instanceof Frame.Grant newest) {
                grant = newest;
            } else if (frame instanceof Frame.Nack nack) {
                assertThat(List.of(nack.firstSeq(), nack.lastSeq()))
                        .as("can be told")
                        .allMatch(seq -> seq >= 0);
            }
        }

        @Override
        public void refuse(String producer, Frame.Nack nack) {
            refusal = nack.reason();
        }

        @Override
        public HeldTask accept(Account account, long seq, long id, Payload body) {
            HeldTask task = new HeldTask(account, seq, id, body);
            queued.add(task);
            return task;
        }

        @Override
        public boolean withdraw(HeldTask task, boolean stop) {
            return queued.remove(task);
        }

        @Override
        public void answersReady(Account account) {
            ready.add(account);
        }

        @Override
        public void ended(Account account) {
            ready.remove(account);
        }

        @Override
        public void grantSoon() {}

        @Override
        public void worn() {
            worn++;
        }
    }

    private static Frame.Poll poll(long producerEpoch, long linkEpoch, long ctl) {
        return new Frame.Poll(producerEpoch, linkEpoch, ctl, CAPACITY, new long[0], List.of(), 1024, 0, 1);
    }

    /** @return the epoch of the link; 0 if it was refused */
    private long open(String producer, long producerEpoch, long linkEpoch, long now) {
        node.grant = null;
        node.refusal = null;
        ledger.poll(producer, poll(producerEpoch, linkEpoch, 1), now);
        return node.grant == null ? 0 : node.grant.linkEpoch();
    }

    private static long number(long linkEpoch) {
        return linkEpoch - (BOOT << Timing.EPOCH_BITS);
    }

    // ---- lives

    @Test
    void livesThatAProducerBeginsUseUpNoNumbers() {
        beginLives(10_000);
    }

    @Test
    @Tag("soak")
    void asManyLivesAsThereAreNumbersUseUpNone() {
        beginLives(1 << Timing.EPOCH_BITS);
    }

    private void beginLives(int lives) {
        for (long life = 1; life <= lives; life++) {
            ledger.poll("x", poll(life, 0, 1), 0);
        }
        assertThat(node.refusal).isNull();
        assertThat(number(open("y", 1, 0, 0))).isEqualTo(1);
    }

    @Test
    void livesThatAProducerBeginsAtAFullNodeLeaveNothingBehind() {
        long full = open("full", 1, 0, 0);
        ledger.poll("full", poll(1, full, 2), 0);
        assertThat(ledger.free()).isZero();
        for (long life = 1; life <= 10_000; life++) {
            ledger.poll("x", poll(life, open("x", life, 0, 0), 2), 0);
        }
        assertThat(Reach.of(ledger).count(Account.class)).isEqualTo(2);
    }

    @Test
    void livesOfWhichAnswersWaitLeaveNothingBehind() {
        for (long life = 1; life <= 1_000; life++) {
            long epoch = open("x", life, 0, 0);
            ledger.poll("x", poll(life, epoch, 2), 0);
            ledger.cancel("x", new Frame.Cancel(life, epoch, 3, CAPACITY, new SeqRanges(1)), 0);
        }
        assertThat(node.ready).hasSize(1);
        assertThat(Reach.of(ledger).count(Account.class)).isEqualTo(1);
        assertThat(Reach.of(ledger).count(Result.class)).isLessThanOrEqualTo(CAPACITY);
    }

    @Test
    void aProducerThatFetchesNoAnswersGetsNoMoreCreditUntilItDoes() {
        long epoch = open("x", 1, 0, 0);
        for (int i = 0; i < 1_000; i++) { // each of its seqs is answered: it never came
            ledger.poll("x", poll(1, epoch, 2 + 2 * i), 0);
            ledger.cancel("x", new Frame.Cancel(1, epoch, 3 + 2 * i, CAPACITY, new SeqRanges(Long.MAX_VALUE)), 0);
        }
        Account account = Objects.requireNonNull(ledger.account("x"));
        assertThat(account.answers).hasSize(MOST_ANSWERS);
        assertThat(account.unused()).isZero();
        assertThat(ledger.free()).as("for others").isEqualTo(CAPACITY);
        while (ledger.results(account, 4, 8, 1 << 10, 1 << 20) != null) {}
        ledger.deal();
        assertThat(account.unused()).isEqualTo(CAPACITY);
    }

    // ---- links

    @Test
    void aLinkThatIsGivenUpAgainAndAgainIsRefusedForAWhileAndNoOther() {
        long first = open("x", 1, 0, 0);
        long second = open("x", 1, -first, 0);
        assertThat(second).isEqualTo(first + 1);
        assertThat(open("x", 1, -second, 0)).isZero();
        assertThat(node.refusal).isEqualTo(Refusal.BUSY);
        assertThat(open("y", 1, 0, 0)).isNotZero();
        assertThat(open("x", 1, -second, LinkNumbers.TICK)).isEqualTo(second + 1);
    }

    @Test
    void whoSaysGoodByeAgainAndAgainIsRefusedForAWhileAndNoOther() {
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            last = Math.max(last, open("x", 1, 0, 0));
            ledger.bye("x", 1);
        }
        assertThat(node.refusal).isEqualTo(Refusal.BUSY);
        assertThat(open("y", 1, 0, 0)).isNotZero();
        assertThat(open("x", 2, 0, 0)).as("a new life").isEqualTo(last);
        ledger.bye("x", 2);
        assertThat(open("x", 1, 0, 0)).isZero();
        assertThat(node.refusal).isEqualTo(Refusal.STALE_PRODUCER);
        ledger.beat(Timing.LEASE);
        assertThat(open("x", 1, 0, Timing.LEASE)).as("nobody remembers").isGreaterThan(last);
    }

    @Test
    void goodByesOfManyAreForgotten() {
        for (int i = 0; i < 1_000; i++) {
            open("x" + i, 1, 0, 0);
            ledger.bye("x" + i, 1);
        }
        assertThat(Reach.of(ledger).count(String.class)).isLessThanOrEqualTo(LINKS);
        open("last", 1, 0, Timing.LEASE);
        ledger.beat(Timing.LEASE);
        assertThat(Reach.of(ledger).count(String.class))
                .as("the one that is there")
                .isEqualTo(1);
    }

    /** Or else late frames of a link could be taken for those of a later one. */
    @Test
    void noEpochOfALinkIsGivenTwiceToALifeOfAProducerAndEachIsAboveThoseBefore() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Node host = new Node();
            CreditLedger some = new CreditLedger(BOOT, CAPACITY, LINKS, RING, 1 << 12, Frame.MOST_WEIGHT, host);
            long[] lives = {1, 1, 1};
            long[] newest = new long[lives.length]; // the link epoch of each producer's life
            Account[] known = new Account[lives.length];
            long now = random.nextLong();
            for (int i = 0; i < 5_000; i++) {
                int who = random.nextInt(lives.length);
                String name = "p" + who;
                now += random.nextInt(4) == 0 ? (long) (random.nextDouble() * 3 * SECOND) : 0;
                switch (random.nextInt(random.nextInt(10) == 0 ? 6 : 4)) {
                    case 0 -> some.poll(name, poll(lives[who], 0, i), now);
                    case 1 -> some.poll(name, poll(lives[who], newest[who], i), now);
                    case 2 -> some.poll(name, poll(lives[who], -newest[who], i), now);
                    case 3 -> some.beat(now);
                    case 4 -> some.bye(name, lives[who]);
                    default -> {
                        lives[who]++;
                        newest[who] = 0;
                        some.poll(name, poll(lives[who], 0, i), now);
                    }
                }
                Account account = some.account(name);
                if (account != null && account != known[who]) {
                    known[who] = account;
                    assertThat(account.linkEpoch)
                            .as("seed %d, step %d: the link of %s in life %d", seed, i, name, lives[who])
                            .isGreaterThan(newest[who]);
                    newest[who] = account.linkEpoch;
                }
            }
        }
    }

    @Test
    void numbersAreUsedUpByTimeAlone() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Attacker attacker = new Attacker(random);
            Node host = new Node();
            CreditLedger some = new CreditLedger(BOOT, CAPACITY, LINKS, RING, 1 << 12, Frame.MOST_WEIGHT, host);
            long begun = random.nextLong();
            long now = begun;
            for (int i = 0; i < 3_000; i++) {
                now += random.nextInt(50) == 0 ? SECOND : 0;
                attacker.act(some, host, now);
                if (host.grant != null) {
                    assertThat(number(host.grant.linkEpoch()))
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(2 + (now - begun) / LinkNumbers.TICK);
                }
            }
        }
    }

    @Test
    void aNodeIsToldWhenTheNumbersOfItsLinksWillEnd() {
        open("x", 1, 0, 0);
        ledger.beat(0);
        assertThat(node.worn).isZero();
        long end = LinkNumbers.TICK * ((1L << Timing.EPOCH_BITS) - 3);
        assertThat(end / SECOND / 3_600 / 24).as("days").isGreaterThan(2 * 365);
        assertThat(open("y", 1, 0, end)).isNotZero();
        ledger.beat(end);
        assertThat(node.worn).isEqualTo(1);
        assertThat(open("z", 1, 0, end + LinkNumbers.TICK)).isZero();
        assertThat(node.refusal).isEqualTo(Refusal.BUSY);
    }

    // ---- anything

    /** Frames with the numbers that harm most, at a rate at which time stands still. */
    private static final class Attacker {
        final Random random;
        long life = 1;

        Attacker(Random random) {
            this.random = random;
        }

        void act(CreditLedger ledger, Node node, long now) {
            String name = "x" + random.nextInt(2 * LINKS);
            Account account = ledger.account(name);
            long known = account == null ? 0 : account.linkEpoch;
            long epoch = any(known, known, known, -known, 0, known + 1, Long.MIN_VALUE, Long.MAX_VALUE);
            life += random.nextInt(3) == 0 ? 1 : 0;
            long producer = account == null || random.nextInt(4) == 0 ? life : account.producerEpoch;
            long limit = account == null ? 0 : account.limit;
            long seq = any(1, limit, limit, limit + 1, Long.MAX_VALUE, Long.MAX_VALUE - 2, 0, -1, Long.MIN_VALUE);
            int want = (int) any(0, 1, CAPACITY, Integer.MAX_VALUE, Integer.MIN_VALUE);
            long ctl = any(now, now + 1, 0, Long.MAX_VALUE, Long.MIN_VALUE);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    long[] open = {seq, seq, limit, 1, Long.MIN_VALUE, Long.MAX_VALUE};
                    List<Frame.ItemAsk> items = List.of(new Frame.ItemAsk(seq, seq, Long.MAX_VALUE));
                    ledger.poll(name, new Frame.Poll(producer, epoch, ctl, want, open, items, want, want, want), now);
                }
                case 2, 3 -> {
                    List<@Nullable Payload> bodies = new ArrayList<>(Collections.nCopies(5, Payload.EMPTY));
                    bodies.set(random.nextInt(5), null);
                    ledger.tasks(name, new Frame.Tasks(producer, epoch, ctl, want, seq, Long.MAX_VALUE, bodies), now);
                }
                case 4 -> {
                    SeqRanges ranges = seq > 3
                            ? new SeqRanges(1, seq, any(seq, Long.MAX_VALUE))
                            : new SeqRanges(any(0, 1, limit, Long.MAX_VALUE));
                    ledger.cancel(name, new Frame.Cancel(producer, epoch, ctl, want, ranges), now);
                }
                case 5 -> ledger.bye(name, any(producer, Long.MAX_VALUE, 0));
                case 6 -> {
                    if (!node.queued.isEmpty()) {
                        node.running.add(node.queued.remove(0));
                    }
                }
                default -> {
                    if (!node.running.isEmpty()) {
                        ledger.finished(node.running.remove(0), ResultStatus.SUCCESS, Payload.of(new byte[100]));
                    }
                    ledger.deal();
                }
            }
            if (random.nextInt(20) == 0) {
                List.copyOf(node.ready).forEach(each -> ledger.results(each, 4, 8, 1 << 10, 1 << 20));
                node.ready.removeIf(each -> !each.hasAnswers());
                ledger.grantRises();
            }
        }

        private long any(long... choices) {
            return choices[random.nextInt(choices.length)];
        }
    }

    @Test
    void whateverProducersSendANodeKeepsNoMoreThanItsBounds() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Attacker attacker = new Attacker(random);
            Node host = new Node();
            CreditLedger some = new CreditLedger(BOOT, CAPACITY, LINKS, RING, 1 << 12, Frame.MOST_WEIGHT, host);
            long now = random.nextLong();
            for (int i = 0; i < 5_000; i++) {
                attacker.act(some, host, now);
                String when = "seed " + seed + ", step " + i;
                assertThat(some.free()).as(when).isNotNegative();
                assertThat(some.unused()).as(when).isNotNegative();
                assertThat(some.held()).as(when).isEqualTo(host.queued.size() + host.running.size());
                if (i % 500 == 0) {
                    check(when, Reach.of(List.of(some, host.ready)), some);
                }
            }
        }
    }

    private static void check(String when, Reach reach, CreditLedger some) {
        int links = some.links();
        assertThat(links).as(when).isLessThanOrEqualTo(LINKS);
        assertThat(reach.count(Account.class))
                .as(when)
                .isLessThanOrEqualTo(links + CAPACITY); // of what runs for nobody
        assertThat(reach.count(HeldTask.class)).as(when).isLessThanOrEqualTo(CAPACITY);
        assertThat(reach.count(ResultRing.Entry.class)).as(when).isLessThanOrEqualTo(RING + 1);
        assertThat(reach.count(String.class)).as(when).isLessThanOrEqualTo(2 * LINKS);
        // An answer waits once, and is repeated from the ring; what is gone is told again up to a bound.
        assertThat(reach.count(Result.class))
                .as(when)
                .isLessThanOrEqualTo(RING + links * (Answers.SEARCHED_ANSWERS + 2 * CAPACITY + 64));
        // Seen seqs: a range for each credit that was passed over. Tables: for what is held and remembered.
        assertThat(reach.slots()).as(when).isLessThanOrEqualTo(links * (4L * (CAPACITY + 8) + 16 * RING));
    }
}
