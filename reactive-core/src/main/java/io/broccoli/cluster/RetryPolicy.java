package io.broccoli.cluster;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Whether, and when, a task that failed is tried again. The element keeps its slot of the window meanwhile, and its place in the
 * order. Tasks whose node was lost are not the business of this: see {@link DispatchOptions#withAttempts}.
 *
 * @param retries most further attempts after the first; 0 to 1,000
 * @param firstBackoff the pause before the first retry; each further one is twice as long
 * @param maxBackoff no pause is longer, before jitter
 * @param jitter the part of a pause that is left to chance, 0 to 1: of 0.5, a pause is 0.5 to 1 times what it would be
 * @param worthwhile which failures are tried again; called on the member's executor, it must not block
 */
public record RetryPolicy(
        int retries,
        Duration firstBackoff,
        Duration maxBackoff,
        double jitter,
        Predicate<? super TaskOutcome.Failure<?>> worthwhile) {

    /** No failure is tried again. */
    public static final RetryPolicy NEVER = backoff(0, Duration.ZERO);

    public RetryPolicy {
        if (retries < 0 || retries > 1_000) {
            throw new IllegalArgumentException("retries are 0 to 1,000, not " + retries);
        }
        if (firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
            throw new IllegalArgumentException(
                    "backoffs must rise from 0: " + firstBackoff + ", at most " + maxBackoff);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter is 0 to 1, not " + jitter);
        }
    }

    /**
     * Tries again what {@linkplain FailureKind#TASK_FAILED failed by itself}, after pauses that grow up to a minute or a hundred
     * times the first, with a jitter of a half.
     */
    public static RetryPolicy backoff(int retries, Duration first) {
        Duration most = first.compareTo(Duration.ofMinutes(1)) > 0 ? first : Duration.ofMinutes(1);
        Duration hundredfold = first.multipliedBy(100);
        return new RetryPolicy(
                retries,
                first,
                hundredfold.compareTo(most) < 0 ? hundredfold : most,
                0.5,
                failure -> failure.kind() == FailureKind.TASK_FAILED);
    }

    public RetryPolicy withMaxBackoff(Duration value) {
        return new RetryPolicy(retries, firstBackoff, value, jitter, worthwhile);
    }

    public RetryPolicy withJitter(double value) {
        return new RetryPolicy(retries, firstBackoff, maxBackoff, value, worthwhile);
    }

    /** Tries these failures again, and no others. */
    public RetryPolicy onlyIf(Predicate<? super TaskOutcome.Failure<?>> value) {
        return new RetryPolicy(retries, firstBackoff, maxBackoff, jitter, value);
    }

    /**
     * The pause before a retry, in nanoseconds.
     *
     * @param retry which one, counted from 1
     */
    public long pauseNanos(int retry, RandomGenerator random) {
        long most = maxBackoff.toNanos();
        long first = firstBackoff.toNanos();
        int doublings = Math.min(retry - 1, 62);
        long pause = first > most >> doublings ? most : first << doublings;
        return (long) (pause * (1 - jitter * random.nextDouble()));
    }
}
