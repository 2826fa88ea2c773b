package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of its links: which tasks it holds, which credit it has given, which seqs it has seen, which results it still
 * knows. It keeps <em>held + unused credit &lt;= capacity</em> whatever producers do.
 */
public final class CreditLedger {

    /**
     * A limit that rose is told by a GRANT of its own only after this many nanoseconds: most often an answer tells it before, and
     * saves that frame.
     */
    public static final long GRANT_PAUSE = 1_000_000;

    private final int capacity;
    private final ResultRing ring;
    private final Host host;
    private final Accounts accounts;
    private final CreditDealer dealer;
    private final Answers answers;
    private final HeldTasks tasks;
    private final int maxWeight;
    private long fences;
    private boolean draining;

    /**
     * @param ringEntries most results that are remembered; more than the capacity, or repeats find nothing
     * @param maxWeight what a producer may weigh at most, whatever it says
     */
    public CreditLedger(
            long bootEpoch, int capacity, int maxLinks, int ringEntries, long ringBytes, int maxWeight, Host host) {
        this.capacity = capacity;
        this.maxWeight = maxWeight;
        this.ring = new ResultRing(ringEntries, ringBytes);
        this.host = host;
        this.accounts = new Accounts(bootEpoch, maxLinks, host, former -> fence(former, false));
        this.dealer = new CreditDealer(capacity, host::grantSoon);
        this.answers = new Answers(ring, host::answersReady);
        this.tasks = new HeldTasks(host, dealer, answers);
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

        /** A link ended: there is nothing to be sent on it any more. */
        default void ended(Account account) {}

        /** Calls {@link CreditLedger#grantRises} after {@link #GRANT_PAUSE}. */
        void grantSoon();

        /**
         * The numbers of links are nearly used up, as they are after two years: the node is to begin a new life, with a greater
         * boot epoch and another ledger. Without that it soon refuses all that open a link.
         */
        default void worn() {}

        /** A producer asks on and on, and did not hear the answers; may be told again. */
        default void unheard(String producer, int asked) {}
    }

    // ---- frames in

    public void poll(String from, Frame.Poll poll, long now) {
        Account account = accounts.of(from, poll, now);
        if (account == null) {
            return;
        }
        account.told(poll, maxWeight);
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
            if (task.items.isTooLarge(account.share.limitOfFrames, now)) {
                task.itemTooLarge(task.items.first());
            }
            host.itemsAsked(task);
        }
    }

    public void tasks(String from, Frame.Tasks frame, long now) {
        Account account = accounts.of(from, frame, now);
        if (account == null) {
            return;
        }
        hear(account, frame, now);
        if (frame.linkEpoch() != account.linkEpoch) {
            account.share.cameLate(frame.linkEpoch());
            grant(account); // the current epoch tells the producer all that a refusal could
            return;
        }
        if (tasks.accept(account, frame, draining)) {
            account.share.uses(now);
        }
        dealer.consider(account);
        deal();
    }

    public void cancel(String from, Frame.Cancel cancel, long now) {
        Account account = accounts.of(from, cancel, now);
        if (account == null) {
            return;
        }
        hear(account, cancel, now);
        if (cancel.linkEpoch() != account.linkEpoch) {
            grant(account);
            return;
        }
        boolean fresh = account.share.fresh || account.unused() == 0;
        tasks.cancel(account, cancel.ranges());
        dealer.consider(account);
        deal();
        account.share.fresh &= fresh; // what is given back and taken again at once was not given back
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
            accounts.depart(account, epoch);
            deal();
        }
    }

    // ---- the node's word

    /** A held task ended; its place is free. Call {@link #deal} when all that ended are told. */
    public void finished(HeldTask task, ResultStatus status, Payload payload) {
        tasks.finished(task, status, payload);
    }

    /** Deals free places to those who want them. */
    public void deal() {
        if (!draining) {
            dealer.deal(tasks.places());
        }
    }

    /** Tells the limits that rose and that no answer told. */
    public void grantRises() {
        dealer.grantRises(this::grant);
    }

    /**
     * Fences links that were silent for a lease, or whose credit others need and they do not use. To be called about each second while
     * there are links.
     */
    public void beat(long now) {
        for (Account account : List.copyOf(accounts.all())) {
            if (Deadline.isOver(account.silentAt, now)) {
                fence(account, false);
            }
        }
        deal();
        if (!draining) {
            List.copyOf(accounts.all()).forEach(account -> lookForUnused(account, now));
        }
        accounts.forget(now);
        if (accounts.areWorn(now)) {
            host.worn();
        }
    }

    private void lookForUnused(Account account, long now) {
        dealer.consider(account);
        Share share = account.share;
        if (account.unused() == 0 || free() > 0 || !dealer.isNeededByOthers(account)) {
            share.isNotNeeded();
            return;
        }
        share.isNeeded(now);
        Account next = share.isOver(now) ? accounts.renew(account, now) : null;
        if (next != null) {
            fences++;
            grant(next);
            deal();
        } else if (share.isIdleFor(Timing.REANNOUNCE, now)) {
            grant(account); // it learns that nothing is free: who keeps to the protocol gives back what it does not use
        }
    }

    /** Ends all links, and this ledger: another one takes its place. What runs runs on, for nobody. */
    public void fenceAll() {
        List.copyOf(accounts.all()).forEach(account -> fence(account, false));
    }

    /** Takes nothing more; gives back what is queued. */
    public void drain() {
        draining = true;
        accounts.all().forEach(tasks::drain);
    }

    /** Does not wait for what runs either: it is told to stop, and goes on elsewhere. */
    public void abort() {
        accounts.all().forEach(tasks::abort);
    }

    /**
     * Takes waiting answers, with the newest limit.
     *
     * @param maxBytes up to which the frame is filled; one answer may take {@code mostBytes}, and is not sent if it takes more
     * @return null if there are none
     */
    public Frame.@Nullable Results results(
            Account account, int maxEntries, int entryBytes, int maxBytes, int mostBytes) {
        if (account.answers.isEmpty() || account.fenced) {
            return null;
        }
        Frame.Results results = Answers.take(account, (int) free(), maxEntries, entryBytes, maxBytes, mostBytes);
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
        tasks.leavesItsPlace(task);
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
        return tasks.places();
    }

    public int maxHeld() {
        return tasks.mostPlaces();
    }

    public long unused() {
        return dealer.unused();
    }

    public long free() {
        return capacity - tasks.places() - dealer.unused();
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
        return tasks.refused();
    }

    /** Tasks that were given back because the node drains. */
    public long handedBack() {
        return tasks.handedBack();
    }

    /** Links that were fenced because others needed the credit that they did not use. */
    public long fences() {
        return fences;
    }

    /** How large frames of answers may be, as producers say, and as is known from what was lost: the least of all. */
    public int frameLimit(long now) {
        return accounts.frameLimit(now);
    }

    public @Nullable Account account(String producer) {
        return accounts.get(producer);
    }

    /** The payload of RETURNED. */
    public static Payload reason(Reason reason) {
        return Answers.reason(reason);
    }

    public static boolean isReason(Payload payload, Reason reason) {
        return payload.equals(reason(reason));
    }

    // ---- links

    private void hear(Account account, Frame.ToNode frame, long now) {
        account.heard(now);
        answers.heard(now);
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
        accounts.remove(account);
        dealer.leave(account);
        account.answers.clear();
        account.items.clear();
        ring.forget(account);
        tasks.drop(account, stop);
        host.ended(account);
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
}
