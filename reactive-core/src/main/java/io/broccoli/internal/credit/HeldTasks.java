package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks that a node holds, from their frame to their outcome; and the places that they take. */
final class HeldTasks {

    /** Seqs that one CANCEL may void; a producer never has more of them open. */
    static final int MAX_VOIDS = 65_536;

    private final CreditLedger.Host host;
    private final CreditDealer dealer;
    private final Answers answers;
    private int places;
    private int mostPlaces;
    private long refused;
    private long handedBack; // since the node drains

    HeldTasks(CreditLedger.Host host, CreditDealer dealer, Answers answers) {
        this.host = host;
        this.dealer = dealer;
        this.answers = answers;
    }

    /** How many are taken. */
    int places() {
        return places;
    }

    int mostPlaces() {
        return mostPlaces;
    }

    /** Tasks beyond the limit of their link. */
    long refused() {
        return refused;
    }

    /** Tasks that were given back because the node drains. */
    long handedBack() {
        return handedBack;
    }

    // ---- in

    /** @return whether there was a new one among them, of a seq that may be used */
    boolean accept(Account account, Frame.Tasks tasks, boolean draining) {
        boolean isNew = false;
        List<@Nullable Payload> bodies = tasks.bodies();
        for (int i = 0; i < bodies.size(); i++) {
            Payload body = bodies.get(i);
            if (body == null) {
                continue;
            }
            long seq = tasks.firstSeq() + i;
            if (seq > account.limit || seq < 1) {
                refused += bodies.size() - i;
                long last = representable(tasks.firstSeq() + bodies.size() - 1);
                long epoch = account.linkEpoch;
                host.send(account, new Frame.Nack(epoch, representable(seq), last, Refusal.NO_CREDIT, epoch));
                break;
            }
            if (!dealer.see(account, seq)) {
                answers.repeat(account, seq);
            } else if (draining) {
                handedBack++;
                answers.returned(account, seq, Reason.DRAINING);
            } else {
                isNew = true;
                hold(account, seq, host.accept(account, seq, tasks.firstId() + i, body));
            }
        }
        return isNew;
    }

    /** Seqs may be numbered from the greatest number on: what follows it is below zero, and cannot be told. */
    private static long representable(long seq) {
        return seq < 0 ? Long.MAX_VALUE : seq;
    }

    private void hold(Account account, long seq, @Nullable HeldTask task) {
        if (task == null) {
            answers.returned(account, seq, Reason.TOO_LARGE);
            return;
        }
        account.held.put(seq, task);
        account.share.take();
        places++;
        mostPlaces = Math.max(mostPlaces, places);
    }

    // ---- out

    void finished(HeldTask task, ResultStatus status, Payload payload) {
        Account account = task.account();
        if (!task.outside) {
            release(account);
        }
        if (account.held.remove(task.seq()) == null || account.fenced) {
            return; // voided while it ran, or nobody waits for it
        }
        answers.outcome(account, task.seq(), status, payload);
    }

    /** It runs on, but takes no place any more. */
    void leavesItsPlace(HeldTask task) {
        if (!task.outside) {
            task.outside = true;
            release(task.account());
        }
    }

    private void release(Account account) {
        places--;
        dealer.release(account.share);
    }

    void cancel(Account account, SeqRanges ranges) {
        long left = cancel(account, 1, ranges.floor(), MAX_VOIDS);
        for (int i = 0; i < ranges.pairs().length && left > 0; i += 2) {
            left = cancel(account, ranges.pairs()[i], ranges.pairs()[i + 1], left);
        }
    }

    /** @return how many more may be voided */
    private long cancel(Account account, long first, long last, long most) {
        long start = Math.max(1, first);
        long end = Math.min(last, account.limit); // beyond the limit nothing can be void
        if (end - start >= most) { // neither is below zero
            end = start + most - 1;
        }
        for (long seq = start; seq <= end; seq++) {
            cancel(account, seq);
        }
        return most - Math.max(0, end - start + 1);
    }

    private void cancel(Account account, long seq) {
        HeldTask task = account.held.get(seq);
        if (dealer.see(account, seq)) {
            answers.neverCame(account, seq);
        } else if (task == null) {
            answers.repeat(account, seq);
        } else {
            account.held.remove(seq);
            if (host.withdraw(task, true)) {
                release(account);
                answers.outcome(account, seq, ResultStatus.CANCELLED, Payload.EMPTY);
            } else {
                answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);
            }
        }
    }

    /** The node takes nothing more: what is queued goes back, and what can go on elsewhere. */
    void drain(Account account) {
        for (long seq : account.held.sortedSeqs()) {
            HeldTask task = account.held.get(seq);
            if (task == null) {
                continue;
            }
            boolean movable = task.isMovable();
            if (host.withdraw(task, movable)) {
                release(account);
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

    /** Tells what runs to stop; its producer sends it to another node, as if this one were lost. It keeps its place until it ends. */
    void abort(Account account) {
        for (long seq : account.held.sortedSeqs()) {
            HeldTask task = account.held.get(seq);
            if (task != null) {
                if (host.withdraw(task, true)) {
                    release(account);
                }
                account.held.remove(seq);
                answers.outcome(account, seq, ResultStatus.ABORTED, Payload.EMPTY);
            }
        }
    }

    /** Nobody waits for them any more: those that are queued are dropped. */
    void drop(Account account, boolean stop) {
        for (long seq : account.held.sortedSeqs()) {
            HeldTask task = account.held.get(seq);
            if (task != null && host.withdraw(task, stop || task.isStream())) { // nobody would ever take its items
                account.held.remove(seq);
                release(account);
            }
        }
    }
}
