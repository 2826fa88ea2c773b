package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a node takes away credit that is not used, and what becomes of the link. */
class FenceTest implements CreditLedger.Host {

    private static final int CAPACITY = 4;
    private static final long SECOND = 1_000_000_000L;

    private final CreditLedger ledger = new CreditLedger(7, CAPACITY, 8, 64, 1 << 12, 4, this);
    private final List<HeldTask> queued = new ArrayList<>();
    private final List<HeldTask> running = new ArrayList<>();
    private final List<Frame.Grant> grants = new ArrayList<>(); // of the idle one
    private long now = Long.MAX_VALUE - SECOND; // the clock passes the end of all numbers
    private long ctl;

    // ---- frames

    private void poll(String from, int want) {
        poll(from, 1, want, 1);
    }

    private void poll(String from, long life, int want, int weight) {
        Account account = ledger.account(from);
        long epoch = account == null || account.producerEpoch != life ? 0 : account.linkEpoch;
        ledger.poll(from, new Frame.Poll(life, epoch, ++ctl, want, new long[0], List.of(), 1024, 0, weight), now);
    }

    private void open(String from, int want) {
        poll(from, want);
        poll(from, want);
    }

    private void tasks(String from, long linkEpoch, long first, int count) {
        List<@Nullable Payload> bodies = new ArrayList<>(Collections.nCopies(count, Payload.EMPTY));
        ledger.tasks(from, new Frame.Tasks(1, linkEpoch, ++ctl, CAPACITY, first, first, bodies), now);
    }

    private Account account(String producer) {
        return Objects.requireNonNull(ledger.account(producer));
    }

    /** Seconds pass. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            ledger.beat(now);
        }
    }

    /** All credit, for tasks that end at once. */
    private void use(String from) {
        Account account = account(from);
        int count = (int) account.unused();
        if (count > 0) {
            tasks(from, account.linkEpoch, account.seen.count() + 1, count);
            queued.forEach(task -> ledger.finished(task, ResultStatus.SUCCESS, Payload.EMPTY));
            queued.clear();
            ledger.deal();
            ledger.results(account, 10, 8, 1 << 10, 1 << 20);
        }
    }

    private void giveBack(String from, int want) {
        Frame.Cancel all = new Frame.Cancel(1, account(from).linkEpoch, ++ctl, want, new SeqRanges(Long.MAX_VALUE));
        ledger.cancel(from, all, now);
    }

    /** Until the idle one is fenced; returns after how many seconds. */
    private int secondsUntilFenced() {
        long before = account("idle").linkEpoch;
        int seconds = 0;
        while (account("idle").linkEpoch == before) {
            poll("idle", CAPACITY);
            poll("other", CAPACITY);
            use("other");
            pass(1);
            assertThat(++seconds).isLessThan(30);
        }
        return seconds;
    }

    // ---- tests

    @Test
    void creditThatLiesUnusedGoesToWhoNeedsIt() {
        open("idle", CAPACITY);
        open("other", 1);
        long former = account("idle").linkEpoch;
        pass(1); // it is seen
        pass(1);
        assertThat(account("idle").unused()).isEqualTo(CAPACITY);
        assertThat(grants.get(grants.size() - 1).free()).as("it is told so").isZero();
        pass(1);
        assertThat(account("other").unused()).isEqualTo(1);
        assertThat(account("idle").linkEpoch).isGreaterThan(former);
        assertThat(account("idle").unused())
                .as("nobody answered in the new epoch")
                .isZero();
        Frame.Grant last = grants.get(grants.size() - 1);
        assertThat(last.linkEpoch()).isEqualTo(account("idle").linkEpoch);
        assertThat(last.limit()).isZero();
        assertThat(last.seen()).isEqualTo(SeqRanges.NONE);
        poll("idle", CAPACITY);
        assertThat(account("idle").unused()).isEqualTo(CAPACITY - 1);
    }

    @Test
    void nobodyIsFencedWhereNobodyNeedsItsCredit() {
        open("idle", CAPACITY - 1);
        open("other", 1);
        for (int i = 0; i < 60; i++) {
            pass(1);
            poll("idle", CAPACITY - 1);
            poll("other", 1);
        }
        assertThat(ledger.fences()).isZero();
        assertThat(account("idle").unused()).isEqualTo(CAPACITY - 1);
    }

    @Test
    void whoSendsATaskEachSecondIsNotFenced() {
        open("idle", CAPACITY);
        open("other", CAPACITY);
        long former = account("idle").linkEpoch;
        for (int seq = 1; seq <= 60; seq++) {
            pass(1);
            poll("other", CAPACITY);
            tasks("idle", former, seq, 1);
            ledger.finished(queued.remove(0), ResultStatus.SUCCESS, Payload.EMPTY);
            ledger.deal();
            ledger.results(account("idle"), 10, 8, 1 << 10, 1 << 20);
        }
        assertThat(account("idle").linkEpoch).isEqualTo(former);
        assertThat(account("idle").unused()).isPositive();
        assertThat(ledger.fences()).as("of the other one").isPositive();
    }

    @Test
    void creditThatIsVoidedIsNotUsed() {
        open("idle", CAPACITY);
        open("other", CAPACITY);
        long former = account("idle").linkEpoch;
        for (int i = 0; i < 3; i++) {
            pass(1);
            giveBack("idle", CAPACITY);
        }
        assertThat(account("idle").linkEpoch).isGreaterThan(former);
    }

    @Test
    void creditThatComesAnewMayLieUnusedAnew() {
        open("idle", CAPACITY);
        open("other", 1);
        for (int i = 0; i < 20; i++) {
            pass(1);
            if (i % 2 == 1) { // it is given back, and serves the other one, which also gives it back
                giveBack("idle", 0);
                giveBack("other", 0);
                poll("idle", CAPACITY);
                poll("other", 1);
            }
        }
        assertThat(ledger.fences()).isZero();
    }

    @Test
    void lateTasksAreAnsweredByAGrantAndWhoSendsThemGetsMoreTimeEachTime() {
        open("idle", CAPACITY);
        open("other", CAPACITY);
        long former = account("idle").linkEpoch;
        assertThat(secondsUntilFenced()).isEqualTo(3);
        int[] longest = {4, 8, 8, 8};
        for (int seconds : longest) {
            long late = account("idle").linkEpoch;
            grants.clear();
            tasks("idle", former, 1, 1);
            assertThat(grants).hasSize(1);
            assertThat(grants.get(0).linkEpoch()).isEqualTo(late);
            assertThat(queued).isEmpty();
            tasks("idle", former, 1, 1); // the same fence counts once
            former = late;
            assertThat(secondsUntilFenced()).isBetween(seconds, seconds + 1);
        }
    }

    @Test
    void aFenceWaitsForANumber() {
        open("idle", CAPACITY);
        open("other", CAPACITY);
        long begun = now;
        for (int i = 0; i < 200; i++) {
            secondsUntilFenced();
            long number = account("idle").linkEpoch - (7L << Timing.EPOCH_BITS);
            assertThat(number).isLessThanOrEqualTo(2 + (now - begun) / LinkNumbers.TICK);
        }
        assertThat((now - begun) / SECOND / 200).as("seconds for each").isLessThanOrEqualTo(4);
    }

    @Test
    void whatRunsOnForNobodyCountsForItsProducer() {
        open("idle", CAPACITY);
        tasks("idle", account("idle").linkEpoch, 1, 2);
        running.addAll(queued);
        queued.clear();
        open("other", CAPACITY);
        pass(3);
        assertThat(ledger.fences()).isEqualTo(1);
        assertThat(ledger.held()).isEqualTo(2);
        assertThat(account("other").unused()).isEqualTo(2);
        assertThat(account("idle").load()).isEqualTo(2);
        ledger.bye("idle", 1);
        poll("idle", 2, 0, 1);
        assertThat(account("idle").load()).as("in its next life, too").isEqualTo(2);
        ledger.finished(running.remove(0), ResultStatus.SUCCESS, Payload.EMPTY);
        assertThat(account("idle").load()).isEqualTo(1);
    }

    @Test
    void aProducerWeighsNoMoreThanTheNodeLetsIt() {
        for (String each : List.of("light", "heavy")) {
            poll(each, 1, 0, each.equals("heavy") ? Frame.MOST_WEIGHT : 1);
        }
        assertThat(account("heavy").weight()).isEqualTo(4);
    }

    @Test
    void aPlaceGoesToTheOneThatHasLeastAmongTenThousand() {
        int links = 10_000;
        CreditLedger large = new CreditLedger(7, 2 * links, links + 1, 64, 1 << 12, 1, this);
        for (int round = 0; round < 2; round++) {
            for (int i = -1; i < links; i++) { // the first one has all
                Account account = large.account("p" + i);
                long epoch = account == null ? 0 : account.linkEpoch;
                int want = i < 0 ? 2 * links : 1 + i % 7;
                large.poll("p" + i, new Frame.Poll(1, epoch, ++ctl, want, new long[0], List.of(), 1024, 0, 1), now);
            }
        }
        assertThat(Objects.requireNonNull(large.account("p-1")).unused()).isEqualTo(2 * links);
        large.bye("p-1", 1);
        for (int i = 0; i < links; i++) {
            Account account = Objects.requireNonNull(large.account("p" + i));
            assertThat(account.unused()).isBetween(Math.min(1L + i % 7, 2), 3L);
        }
        assertThat(large.free()).isZero();
    }

    // ---- the ledger's host: tasks begin when a test says so

    @Override
    public void send(Account account, Frame.ToProducer frame) {
        if (frame instanceof Frame.Grant grant && account.producer().equals("idle")) {
            grants.add(grant);
        }
    }

    @Override
    public void refuse(String producer, Frame.Nack nack) {}

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
    public void answersReady(Account account) {}

    @Override
    public void grantSoon() {}
}
