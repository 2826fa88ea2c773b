package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.FrameLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a node answers: outcomes as they come, and again from the ring when they are asked for. */
final class Answers {

    /** Answers that may wait for one link; beyond it repeated questions go unanswered, and are asked again. */
    static final int MAX_ANSWERS = 16_384;

    /** Most results in one frame, however few entries they are. */
    private static final int MAX_RESULTS = 4_096;

    /** Beyond this many waiting answers it is not searched whether one of them is the one asked for: it will be asked again. */
    static final int SEARCHED_ANSWERS = 256;

    private static final Payload[] REASONS = reasons();

    private final ResultRing ring;
    private final Consumer<Account> ready;
    private long now;

    /** @param ready hears of an account that has answers, and had none */
    Answers(ResultRing ring, Consumer<Account> ready) {
        this.ring = ring;
        this.ready = ready;
    }

    /** A frame comes, at this time. */
    void heard(long time) {
        now = time;
    }

    /** The payload of RETURNED. */
    static Payload reason(Reason reason) {
        return REASONS[reason.ordinal()];
    }

    /** An outcome that will be remembered. */
    void outcome(Account account, long seq, ResultStatus status, Payload payload) {
        Result result = new Result(seq, status, payload);
        ring.put(account, result);
        answer(account, result);
    }

    void returned(Account account, long seq, Reason reason) {
        outcome(account, seq, ResultStatus.RETURNED, reason(reason));
    }

    /** A seq that never came will never come; not worth remembering. */
    void neverCame(Account account, long seq) {
        answer(account, new Result(seq, ResultStatus.CANCELLED, Payload.EMPTY));
    }

    /** A seq is asked for that was seen before: its result from the ring, or nothing while it is held. */
    void repeat(Account account, long seq) {
        if (account.answers.size() >= MAX_ANSWERS || account.held.get(seq) != null) {
            return;
        }
        ResultRing.Entry entry = account.remembered.get(seq);
        if (entry != null && entry.result != null) {
            repeat(account, entry, entry.result);
        } else if (account.seen.contains(seq) && !isBeingAnswered(account, seq)) {
            answer(account, new Result(seq, ResultStatus.RETURNED, reason(Reason.RESULT_GONE)));
        }
    }

    private void repeat(Account account, ResultRing.Entry entry, Result result) {
        if (!entry.mayRepeat(now)) {
            return;
        }
        if (entry.lost(result.payload().length(), account.share.limitOfFrames, now)) {
            ring.forget(entry);
            returned(account, result.seq(), Reason.TOO_LARGE);
        } else {
            entry.frame = 0;
            answer(account, result);
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

    private void answer(Account account, Result result) {
        account.answers.addLast(result);
        if (account.answers.size() == 1) {
            ready.accept(account);
        }
    }

    /**
     * Takes waiting answers, as many as fit; at least one.
     *
     * @param mostBytes if one takes more, with {@code entryBytes}, its task is told to be too large instead
     */
    static Frame.Results take(Account account, int free, int maxEntries, int entryBytes, int maxBytes, int mostBytes) {
        List<Result> entries = new ArrayList<>(Math.min(maxEntries, account.answers.size()));
        long bytes = 0;
        long taken = 0;
        int counted = 0;
        Result last = null;
        for (Result next = account.answers.peekFirst();
                next != null && entries.size() < MAX_RESULTS;
                next = account.answers.peekFirst()) {
            if (last == null || !continues(last, next)) {
                bytes += next.payload().length() + entryBytes;
                if (last != null && (bytes > maxBytes || counted == maxEntries)) {
                    break;
                }
                counted++;
            }
            last = next;
            taken = bytes;
            boolean fits = next.payload().length() + entryBytes <= mostBytes;
            entries.add(fits ? next : new Result(next.seq(), ResultStatus.RETURNED, reason(Reason.TOO_LARGE)));
            account.answers.removeFirst();
        }
        if (taken > FrameLimit.LEAST) {
            sent(account, entries, (int) taken);
        }
        account.announced = account.limit;
        return new Frame.Results(account.producerEpoch, account.linkEpoch, account.ctl, account.limit, free, entries);
    }

    private static void sent(Account account, List<Result> entries, int frame) {
        for (Result result : entries) {
            ResultRing.Entry entry = account.remembered.get(result.seq());
            if (entry != null) {
                entry.frame = frame;
            }
        }
    }

    /** Seqs in a row that never came travel as one entry. */
    private static boolean continues(Result last, Result next) {
        return next.status() == ResultStatus.CANCELLED
                && last.status() == ResultStatus.CANCELLED
                && next.seq() == last.seq() + 1;
    }

    private static Payload[] reasons() {
        Payload[] reasons = new Payload[Reason.values().length];
        for (int i = 0; i < reasons.length; i++) {
            reasons[i] = Payload.of(new byte[] {(byte) i}); // a positive fixint
        }
        return reasons;
    }
}
