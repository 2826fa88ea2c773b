package io.broccoli.cluster;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Whether and when a failed task is retried. While an element waits for a retry it keeps its slot of the window and its
 * place in the order. Tasks whose node was lost are resent independently of this policy: see
 * {@link DispatchOptions#withAttempts}.
 *
 * @param retries most attempts after the first; 0 to 1,000
 * @param firstBackoff the pause before the first retry, not negative; it doubles with each further retry
 * @param maxBackoff the longest pause, before jitter; at least {@code firstBackoff}
 * @param jitter the random fraction of a pause, 0 to 1: with 0.5, a pause is multiplied by 0.5 to 1
 * @param worthwhile selects the failures that are retried, for example by {@link TaskOutcome.Failure#type}, the class name of the
 *     exception; called on the member's executor, it must not block. {@link FailureKind#BAD_ARGUMENTS} is never retried
 */
public record RetryPolicy(
        int retries,
        Duration firstBackoff,
        Duration maxBackoff,
        double jitter,
        Predicate<? super TaskOutcome.Failure<?>> worthwhile) {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** Retries no failure. */
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
     * Retries failures of the kind {@link FailureKind#TASK_FAILED}, with a jitter of 0.5. The longest pause is a
     * hundred times the first one, but at most a minute, or the first one if that is longer.
     *
     * @param retries most attempts after the first; 0 to 1,000
     * @param first the pause before the first retry
     */
    public static RetryPolicy backoff(int retries, Duration first) {
        Duration most = first.compareTo(Duration.ofMinutes(1)) > 0 ? first : Duration.ofMinutes(1);
        Duration hundredfold = first.compareTo(most) >= 0 ? first : first.multipliedBy(100);
        return new RetryPolicy(
                retries,
                first,
                hundredfold.compareTo(most) < 0 ? hundredfold : most,
                0.5,
                failure -> failure.kind() == FailureKind.TASK_FAILED);
    }

    /** Sets {@link #maxBackoff}. */
    public RetryPolicy withMaxBackoff(Duration value) {
        return new RetryPolicy(retries, firstBackoff, value, jitter, worthwhile);
    }

    /** Sets {@link #jitter}. */
    public RetryPolicy withJitter(double value) {
        return new RetryPolicy(retries, firstBackoff, maxBackoff, value, worthwhile);
    }

    /** Retries these failures and no others: sets {@link #worthwhile}. */
    public RetryPolicy onlyIf(Predicate<? super TaskOutcome.Failure<?>> value) {
        return new RetryPolicy(retries, firstBackoff, maxBackoff, jitter, value);
    }

    /**
     * The pause before a retry, in nanoseconds.
     *
     * @param retry the number of the retry, counted from 1
     */
    public long pauseNanos(int retry, RandomGenerator random) {
        long most = nanos(maxBackoff);
        long first = nanos(firstBackoff);
        int doublings = Math.min(retry - 1, 62);
        long pause = first > most >> doublings ? most : first << doublings;
        return (long) (pause * (1 - jitter * random.nextDouble()));
    }

    private static long nanos(Duration pause) {
        return pause.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : pause.toNanos();
    }
}
