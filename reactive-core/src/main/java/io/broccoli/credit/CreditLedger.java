package io.broccoli.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of its links: which tasks it holds, which credit it has given, which seqs it has seen, which results it still
 * knows. It keeps <em>held + unused credit &lt;= capacity</em> whatever producers do.
 */
public final class CreditLedger {

    /** Answers that may wait for one link; beyond it repeated questions go unanswered, and are asked again. */
    static final int MAX_ANSWERS = 16_384;

    /** Seqs that one CANCEL may void; a producer never has more of them open. */
    static final int MAX_VOIDS = 65_536;

    /** Beyond this many waiting answers it is not searched whether one of them is the one asked for: it will be asked again. */
    private static final int SEARCHED_ANSWERS = 256;

    /**
     * A limit that rose is told by a GRANT of its own only after this many nanoseconds: most often an answer tells it before, and
     * saves that frame.
     */
    public static final long GRANT_PAUSE = 1_000_000;

    private static final Payload[] REASONS = reasons();

    private final long bootEpoch;
    private final int capacity;
    private final int maxLinks;
    private final ResultRing ring;
    private final Host host;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final ArrayDeque<Account> needy = new ArrayDeque<>();
    private final List<Account> touched = new ArrayList<>();
    private long opened;
    private long unused;
    private int held;
    private int maxHeld;
    private long refused;
    private boolean draining;
    private boolean grantsPending;

    /** @param ringEntries most results that are remembered; more than the capacity, or repeats find nothing */
    public CreditLedger(long bootEpoch, int capacity, int maxLinks, int ringEntries, long ringBytes, Host host) {
        this.bootEpoch = bootEpoch;
        this.capacity = capacity;
        this.maxLinks = maxLinks;
        this.ring = new ResultRing(ringEntries, ringBytes);
        this.host = host;
    }

    /** What the ledger asks of the node. */
    public interface Host {

        /** Sends a frame of control at once. */
        void send(Account account, Frame.ToProducer frame);

        /** Refuses somebody who has no account. */
        void refuse(String producer, Frame.Nack nack);

        /**
         * Makes a task, and puts it into the queue.
         *
         * @return null if it is too large to be held
         */
        @Nullable HeldTask accept(Account account, long seq, long id, Payload body);

        /**
         * Takes a task back.
         *
         * @param stop whether it is told to stop where it runs already
         * @return true if it had not started and never will; false if it runs: it is {@link CreditLedger#finished} when it ends
         */
        boolean withdraw(HeldTask task, boolean stop);

        /** There are answers to be fetched with {@link CreditLedger#results}. */
        void answersReady(Account account);

        /** Calls {@link CreditLedger#grantRises} after {@link #GRANT_PAUSE}. */
        void grantSoon();
    }

    // ---- frames in

    public void poll(String from, Frame.Poll poll, long now) {
        Account account = open(from, poll, now);
        if (account == null) {
            return;
        }
        account.maxFrame = poll.maxFrame();
        account.features = poll.features();
        hear(account, poll, now);
        if (poll.linkEpoch() == account.linkEpoch) {
            for (long seq : poll.open()) {
                repeat(account, seq);
            }
        }
        deal();
        grant(account);
    }

    public void tasks(String from, Frame.Tasks tasks, long now) {
        Account account = open(from, tasks, now);
        if (account == null) {
            return;
        }
        hear(account, tasks, now);
        if (tasks.linkEpoch() != account.linkEpoch) {
            grant(account); // the current epoch tells the producer all that a refusal could
            return;
        }
        accept(account, tasks);
        deal();
    }

    public void cancel(String from, Frame.Cancel cancel, long now) {
        Account account = open(from, cancel, now);
        if (account == null) {
            return;
        }
        hear(account, cancel, now);
        if (cancel.linkEpoch() != account.linkEpoch) {
            grant(account);
            return;
        }
        SeqRanges ranges = cancel.ranges();
        voidRange(account, 1, ranges.floor());
        for (int i = 0; i < ranges.pairs().length; i += 2) {
            voidRange(account, ranges.pairs()[i], ranges.pairs()[i + 1]);
        }
        deal();
    }

    // ---- the node's word

    /** A held task ended; its place is free. Call {@link #deal} when all that ended are told. */
    public void finished(HeldTask task, ResultStatus status, Payload payload) {
        Account account = task.account();
        held--;
        if (account.held.remove(task.seq()) == null || account.fenced) {
            return; // voided while it ran, or nobody waits for it
        }
        outcome(account, task.seq(), status, payload);
    }

    /** Deals free places to those who want them, and tells them where the protocol says so. */
    public void deal() {
        while (!draining && !needy.isEmpty()) {
            long free = free();
            if (free <= 0) {
                break;
            }
            Account account = needy.removeFirst();
            account.needy = false;
            long need = need(account);
            if (need > 0) {
                long given = Math.min(need, Math.max(1, free / (needy.size() + 1)));
                account.limit += given;
                unused += given;
                touch(account);
                seekCredit(account);
            }
        }
        if (!touched.isEmpty() && !grantsPending) {
            grantsPending = true;
            host.grantSoon();
        }
    }

    /** Tells the limits that rose and that no answer told. */
    public void grantRises() {
        grantsPending = false;
        for (Account account : touched) {
            account.touched = false;
            long rise = account.limit - account.announced;
            if (rise > 0
                    && !account.fenced
                    && account.answers.isEmpty()
                    && (account.announcedUnused() <= 0 || rise >= Math.max(1, capacity / 4))) {
                grant(account);
            }
        }
        touched.clear();
    }

    /** Fences links that were silent for a lease. To be called about each second while there are links. */
    public void beat(long now) {
        for (Account account : List.copyOf(accounts.values())) {
            if (now - account.lastHeard > Timing.LEASE) {
                fence(account);
            }
        }
        deal();
    }

    /** Takes nothing more; gives back what is queued. */
    public void drain() {
        draining = true;
        for (Account account : accounts.values()) {
            for (long seq : account.held.sortedSeqs()) {
                HeldTask task = account.held.get(seq);
                if (task != null && host.withdraw(task, false)) {
                    account.held.remove(seq);
                    held--;
                    outcome(account, seq, ResultStatus.RETURNED, reason(Reason.DRAINING));
                }
            }
        }
    }

    /**
     * Takes waiting answers, with the newest limit.
     *
     * @return null if there are none
     */
    public Frame.@Nullable Results results(Account account, int maxEntries, int entryBytes, int maxBytes) {
        if (account.answers.isEmpty() || account.fenced) {
            return null;
        }
        List<Result> entries = new ArrayList<>(Math.min(maxEntries, account.answers.size()));
        long bytes = 0;
        while (!account.answers.isEmpty() && entries.size() < maxEntries) {
            bytes += account.answers.getFirst().payload().length() + entryBytes;
            if (bytes > maxBytes && !entries.isEmpty()) {
                break;
            }
            entries.add(account.answers.removeFirst());
        }
        seekCredit(account);
        account.announced = account.limit;
        return new Frame.Results(
                account.producerEpoch, account.linkEpoch, account.ctl, account.limit, (int) free(), entries);
    }

    // ---- figures

    public int held() {
        return held;
    }

    public int maxHeld() {
        return maxHeld;
    }

    public long unused() {
        return unused;
    }

    public long free() {
        return capacity - held - unused;
    }

    public int links() {
        return accounts.size();
    }

    public int remembered() {
        return ring.entries();
    }

    public long rememberedBytes() {
        return ring.bytes();
    }

    public long refused() {
        return refused;
    }

    public @Nullable Account account(String producer) {
        return accounts.get(producer);
    }

    /** The payload of RETURNED. */
    public static Payload reason(Reason reason) {
        return REASONS[reason.ordinal()];
    }

    // ---- links

    private @Nullable Account open(String from, Frame.ToNode frame, long now) {
        Account account = accounts.get(from);
        if (account != null && frame.producerEpoch() < account.producerEpoch) {
            host.refuse(from, new Frame.Nack(frame.linkEpoch(), 0, 0, Refusal.STALE_PRODUCER, account.producerEpoch));
            return null;
        }
        if (account != null
                && (frame.producerEpoch() > account.producerEpoch || frame.linkEpoch() == -account.linkEpoch)) {
            fence(account);
            account = null;
        }
        if (account == null) {
            if (accounts.size() >= maxLinks || opened >> Timing.EPOCH_BITS != 0) {
                host.refuse(from, new Frame.Nack(frame.linkEpoch(), 0, 0, Refusal.BUSY, 0));
                return null;
            }
            opened++;
            account = new Account(from, frame.producerEpoch(), (bootEpoch << Timing.EPOCH_BITS) + opened, now);
            accounts.put(from, account);
        }
        return account;
    }

    private void hear(Account account, Frame.ToNode frame, long now) {
        account.lastHeard = now;
        if (frame.ctl() > account.ctl) {
            account.ctl = frame.ctl();
            account.want = Math.max(0, frame.want());
        }
        if (frame.linkEpoch() == account.linkEpoch) {
            account.hears = true;
        }
        seekCredit(account);
    }

    private void fence(Account account) {
        account.fenced = true;
        accounts.remove(account.producer());
        unused -= account.unused();
        account.answers.clear();
        ring.forget(account);
        for (long seq : account.held.sortedSeqs()) {
            HeldTask task = account.held.get(seq);
            if (task != null && host.withdraw(task, false)) {
                account.held.remove(seq);
                held--;
            }
        }
    }

    // ---- credit

    private long need(Account account) {
        boolean served = account.hears && !account.fenced && account.answers.size() < Math.max(capacity, 64);
        return served ? Math.min(account.want, capacity) - account.unused() : 0;
    }

    private void seekCredit(Account account) {
        if (!account.needy && need(account) > 0) {
            account.needy = true;
            needy.addLast(account);
        }
    }

    private void touch(Account account) {
        if (!account.touched && account.limit > account.announced) {
            account.touched = true;
            touched.add(account);
        }
    }

    private void grant(Account account) {
        account.announced = account.limit;
        host.send(
                account,
                new Frame.Grant(
                        account.producerEpoch,
                        account.linkEpoch,
                        account.ctl,
                        account.limit,
                        account.seen.snapshot(),
                        (int) free()));
    }

    private boolean see(Account account, long seq) {
        if (account.seen.add(seq)) {
            unused--;
            return true;
        }
        return false;
    }

    // ---- tasks and outcomes

    private void accept(Account account, Frame.Tasks tasks) {
        List<@Nullable Payload> bodies = tasks.bodies();
        for (int i = 0; i < bodies.size(); i++) {
            Payload body = bodies.get(i);
            if (body == null) {
                continue;
            }
            long seq = tasks.firstSeq() + i;
            if (seq > account.limit || seq < 1) {
                long last = tasks.firstSeq() + bodies.size() - 1;
                refused += bodies.size() - i;
                host.send(account, new Frame.Nack(account.linkEpoch, seq, last, Refusal.NO_CREDIT, account.linkEpoch));
                break;
            }
            if (!see(account, seq)) {
                repeat(account, seq);
            } else if (draining) {
                outcome(account, seq, ResultStatus.RETURNED, reason(Reason.DRAINING));
            } else {
                hold(account, seq, host.accept(account, seq, tasks.firstId() + i, body));
            }
        }
        seekCredit(account);
        touch(account);
    }

    private void hold(Account account, long seq, @Nullable HeldTask task) {
        if (task == null) {
            outcome(account, seq, ResultStatus.RETURNED, reason(Reason.TOO_LARGE));
            return;
        }
        account.held.put(seq, task);
        held++;
        maxHeld = Math.max(maxHeld, held);
    }

    /** A seq is asked for that was seen before: its result from the ring, or nothing while it is held. */
    private void repeat(Account account, long seq) {
        if (account.answers.size() >= MAX_ANSWERS || account.held.get(seq) != null) {
            return;
        }
        ResultRing.Entry entry = account.remembered.get(seq);
        if (entry != null && entry.result != null) {
            answer(account, entry.result);
        } else if (account.seen.contains(seq) && !isBeingAnswered(account, seq)) {
            answer(account, new Result(seq, ResultStatus.RETURNED, reason(Reason.RESULT_GONE)));
        }
    }

    private static boolean isBeingAnswered(Account account, long seq) {
        if (account.answers.size() > SEARCHED_ANSWERS) {
            return true;
        }
        for (Result answer : account.answers) {
            if (answer.seq() == seq) {
                return true;
            }
        }
        return false;
    }

    private void voidRange(Account account, long first, long last) {
        long start = Math.max(1, first);
        long end = Math.min(Math.min(last, start + MAX_VOIDS), account.limit); // beyond the limit nothing can be void
        for (long seq = start; seq <= end; seq++) {
            HeldTask task = account.held.get(seq);
            if (see(account, seq)) {
                answer(account, new Result(seq, ResultStatus.CANCELLED, Payload.EMPTY));
            } else if (task == null) {
                repeat(account, seq);
            } else {
                account.held.remove(seq);
                if (host.withdraw(task, true)) {
                    held--;
                    outcome(account, seq, ResultStatus.CANCELLED, Payload.EMPTY);
                } else {
                    outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);
                }
            }
        }
        seekCredit(account);
    }

    private void outcome(Account account, long seq, ResultStatus status, Payload payload) {
        Result result = new Result(seq, status, payload);
        ring.put(account, result);
        answer(account, result);
    }

    private void answer(Account account, Result result) {
        account.answers.addLast(result);
        if (account.answers.size() == 1) {
            host.answersReady(account);
        }
    }

    private static Payload[] reasons() {
        Payload[] reasons = new Payload[Reason.values().length];
        for (int i = 0; i < reasons.length; i++) {
            reasons[i] = Payload.of(new byte[] {(byte) i}); // a positive fixint
        }
        return reasons;
    }
}
