package io.broccoli.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of its links: which tasks it holds, which credit it has given, which seqs it has seen, which results it still
 * knows. It keeps <em>held + unused credit &lt;= capacity</em> whatever producers do.
 */
public final class CreditLedger {

    /** No producer takes smaller frames than this, whatever it says. */
    static final int LEAST_FRAME = 256;

    /** Seqs that one CANCEL may void; a producer never has more of them open. */
    static final int MAX_VOIDS = 65_536;

    /**
     * A limit that rose is told by a GRANT of its own only after this many nanoseconds: most often an answer tells it before, and
     * saves that frame.
     */
    public static final long GRANT_PAUSE = 1_000_000;

    private final long bootEpoch;
    private final int capacity;
    private final int maxLinks;
    private final ResultRing ring;
    private final Host host;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final CreditDealer dealer;
    private final Answers answers;
    private long opened;
    private int held;
    private int maxHeld;
    private long refused;
    private long handedBack; // since it drains
    private boolean draining;

    /** @param ringEntries most results that are remembered; more than the capacity, or repeats find nothing */
    public CreditLedger(long bootEpoch, int capacity, int maxLinks, int ringEntries, long ringBytes, Host host) {
        this.bootEpoch = bootEpoch;
        this.capacity = capacity;
        this.maxLinks = maxLinks;
        this.ring = new ResultRing(ringEntries, ringBytes);
        this.host = host;
        this.dealer = new CreditDealer(capacity, host::grantSoon);
        this.answers = new Answers(ring, host::answersReady);
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

        /** The producer of a task that gives items has some of them, or takes more: {@link CreditLedger#items} may have news. */
        default void itemsAsked(HeldTask task) {}

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
        account.maxFrame = Math.max(LEAST_FRAME, poll.maxFrame());
        account.features = poll.features();
        account.weight(poll.weight());
        hear(account, poll, now);
        if (poll.linkEpoch() == account.linkEpoch) {
            for (long seq : poll.open()) {
                answers.repeat(account, seq);
            }
            poll.items().forEach(ask -> asked(account, ask, now));
        }
        deal();
        grant(account);
    }

    private void asked(Account account, Frame.ItemAsk ask, long now) {
        HeldTask task = account.held.get(ask.seq());
        if (task != null && task.items != null) {
            task.items.heard(ask.received(), ask.limit(), now);
            host.itemsAsked(task);
        }
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
        long left = voidRange(account, 1, ranges.floor(), MAX_VOIDS);
        for (int i = 0; i < ranges.pairs().length && left > 0; i += 2) {
            left = voidRange(account, ranges.pairs()[i], ranges.pairs()[i + 1], left);
        }
        dealer.consider(account);
        deal();
    }

    /**
     * A producer said good-bye: nothing of it is kept, and what runs is told to stop. A word of a former life of it is ignored.
     *
     * @param epoch the producer's
     */
    public void bye(String from, long epoch) {
        Account account = accounts.get(from);
        if (account != null && epoch >= account.producerEpoch) {
            fence(account, true);
            deal();
        }
    }

    // ---- the node's word

    /** A held task ended; its place is free. Call {@link #deal} when all that ended are told. */
    public void finished(HeldTask task, ResultStatus status, Payload payload) {
        Account account = task.account();
        held -= task.outside ? 0 : 1;
        if (account.held.remove(task.seq()) == null || account.fenced) {
            return; // voided while it ran, or nobody waits for it
        }
        answers.outcome(account, task.seq(), status, payload);
    }

    /** Deals free places to those who want them. */
    public void deal() {
        if (!draining) {
            dealer.deal(held);
        }
    }

    /** Tells the limits that rose and that no answer told. */
    public void grantRises() {
        dealer.grantRises(this::grant);
    }

    /** Fences links that were silent for a lease. To be called about each second while there are links. */
    public void beat(long now) {
        for (Account account : List.copyOf(accounts.values())) {
            if (now - account.lastHeard > Timing.LEASE) {
                fence(account, false);
            }
        }
        deal();
    }

    /** Ends all links, and this ledger: another one takes its place. What runs runs on, for nobody. */
    public void fenceAll() {
        List.copyOf(accounts.values()).forEach(account -> fence(account, false));
    }

    /** Takes nothing more; gives back what is queued. */
    public void drain() {
        draining = true;
        for (Account account : accounts.values()) {
            for (long seq : account.held.sortedSeqs()) {
                HeldTask task = account.held.get(seq);
                if (task == null) {
                    continue;
                }
                boolean movable = task.isMovable();
                if (host.withdraw(task, movable)) {
                    held--;
                    handedBack += movable ? 0 : 1;
                } else if (!movable) {
                    continue; // what runs finishes
                }
                account.held.remove(seq);
                if (movable) {
                    answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY); // it goes on elsewhere
                } else {
                    answers.returned(account, seq, Reason.DRAINING);
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
        Frame.Results results = Answers.take(account, (int) free(), maxEntries, entryBytes, maxBytes);
        dealer.consider(account);
        return results;
    }

    // ---- items

    /** A task that runs gives items, of which nothing is known yet. Ends with {@link #finished}, as any task does. */
    public void streams(HeldTask task, ItemSource source) {
        task.items = source;
    }

    /** A task that runs gives its place back, because it may run for ever; whoever lets it has another bound. */
    public void leavesItsPlace(HeldTask task) {
        if (!task.outside) {
            task.outside = true;
            held--;
        }
    }

    /**
     * Items of a task's source are to be sent.
     *
     * @return whether there are any: then they are to be fetched with {@link #items}
     */
    public boolean itemsReady(HeldTask task) {
        if (task.items != null && !task.account().fenced) {
            task.account().items.add(task.items);
        }
        return !task.account().items.isEmpty();
    }

    /**
     * Takes items that are to be sent.
     *
     * @param runBytes what a run takes beside its items
     * @return null if there are none
     */
    public Frame.@Nullable Items items(Account account, int maxItems, int runBytes, int maxBytes, long now) {
        List<Frame.ItemRun> runs = account.items.take(maxItems, runBytes, maxBytes, now);
        return runs.isEmpty() ? null : new Frame.Items(account.producerEpoch, account.linkEpoch, runs);
    }

    // ---- figures

    public int held() {
        return held;
    }

    public int maxHeld() {
        return maxHeld;
    }

    public long unused() {
        return dealer.unused();
    }

    public long free() {
        return capacity - held - dealer.unused();
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

    /** Tasks that were given back because the node drains. */
    public long handedBack() {
        return handedBack;
    }

    public @Nullable Account account(String producer) {
        return accounts.get(producer);
    }

    /** The payload of RETURNED. */
    public static Payload reason(Reason reason) {
        return Answers.reason(reason);
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
            fence(account, false);
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
        dealer.consider(account);
    }

    /** @param stop whether what runs is told to stop; else it runs on, for nobody */
    private void fence(Account account, boolean stop) {
        account.fenced = true;
        accounts.remove(account.producer());
        dealer.forget(account);
        account.answers.clear();
        account.items.clear();
        ring.forget(account);
        for (long seq : account.held.sortedSeqs()) {
            HeldTask task = account.held.get(seq);
            if (task != null && host.withdraw(task, stop || task.isStream())) { // nobody would ever take its items
                account.held.remove(seq);
                held--;
            }
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
            if (!dealer.see(account, seq)) {
                answers.repeat(account, seq);
            } else if (draining) {
                handedBack++;
                answers.returned(account, seq, Reason.DRAINING);
            } else {
                hold(account, seq, host.accept(account, seq, tasks.firstId() + i, body));
            }
        }
        dealer.consider(account);
    }

    private void hold(Account account, long seq, @Nullable HeldTask task) {
        if (task == null) {
            answers.returned(account, seq, Reason.TOO_LARGE);
            return;
        }
        account.held.put(seq, task);
        held++;
        maxHeld = Math.max(maxHeld, held);
    }

    /** @return how many more may be voided */
    private long voidRange(Account account, long first, long last, long most) {
        long start = Math.max(1, first);
        long end = Math.min(Math.min(last, start + most - 1), account.limit); // beyond the limit nothing can be void
        for (long seq = start; seq <= end; seq++) {
            HeldTask task = account.held.get(seq);
            if (dealer.see(account, seq)) {
                answers.neverCame(account, seq);
            } else if (task == null) {
                answers.repeat(account, seq);
            } else {
                account.held.remove(seq);
                if (host.withdraw(task, true)) {
                    held--;
                    answers.outcome(account, seq, ResultStatus.CANCELLED, Payload.EMPTY);
                } else {
                    answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);
                }
            }
        }
        return most - Math.max(0, end - start + 1);
    }
}
