package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    private static final long FAR = Long.MAX_VALUE / 2;

    @Property
    void comesWhenItsTimeHasPassedWhereverTheClockBegan(
            @ForAll long now, @ForAll @LongRange(min = 2, max = FAR) long wait) {
        long deadline = Deadline.after(now, wait);
        assertThat(Deadline.isOver(deadline, now)).isFalse();
        assertThat(Deadline.left(deadline, now)).isBetween(wait - 1, wait);
        assertThat(Deadline.isOver(deadline, now + wait)).isTrue();
        assertThat(Deadline.left(deadline, now + wait)).isZero();
        assertThat(Deadline.isOver(deadline, now + wait + FAR)).as("long after").isTrue();
    }

    @Property
    void theEarlierOfTwoIsThatOfTheShorterWait(
            @ForAll long now,
            @ForAll @LongRange(min = 0, max = FAR - 10) long wait,
            @ForAll @LongRange(min = 2, max = FAR) long more) {
        long one = Deadline.after(now, wait);
        long other = Deadline.after(now, Math.min(FAR, wait + more));
        assertThat(Deadline.earlier(one, other)).isEqualTo(one);
        assertThat(Deadline.earlier(other, one)).isEqualTo(one);
        assertThat(Deadline.later(one, other)).isEqualTo(other);
        assertThat(Deadline.later(other, one)).isEqualTo(other);
    }

    @Property
    void neverIsNotOverAndLaterThanAllOthers(@ForAll long now, @ForAll @LongRange(min = 0, max = FAR) long wait) {
        long some = Deadline.after(now, wait);
        assertThat(Deadline.isOver(Deadline.NEVER, now)).isFalse();
        assertThat(Deadline.left(Deadline.NEVER, now)).isEqualTo(Long.MAX_VALUE);
        assertThat(some).isNotEqualTo(Deadline.NEVER);
        assertThat(Deadline.earlier(some, Deadline.NEVER)).isEqualTo(some);
        assertThat(Deadline.earlier(Deadline.NEVER, some)).isEqualTo(some);
        assertThat(Deadline.later(some, Deadline.NEVER)).isEqualTo(Deadline.NEVER);
        assertThat(Deadline.later(Deadline.NEVER, some)).isEqualTo(Deadline.NEVER);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void whatIsFurtherAwayThanCanBeToldIsNever(long now) {
        assertThat(Deadline.after(now, Long.MAX_VALUE)).isEqualTo(Deadline.NEVER);
        assertThat(Deadline.after(now, FAR + 1)).isEqualTo(Deadline.NEVER);
        assertThat(Deadline.isOver(Deadline.after(now, 0), now)).isTrue();
        assertThat(Deadline.isOver(Deadline.after(now, Long.MIN_VALUE), now)).isTrue();
    }

    @Test
    void aTimeThatHasTheValueOfNeverComesANanosecondBefore() {
        long deadline = Deadline.after(Long.MAX_VALUE, 1);
        assertThat(deadline).isEqualTo(Long.MAX_VALUE);
        assertThat(Deadline.isOver(deadline, Long.MAX_VALUE - 1)).isFalse();
        assertThat(Deadline.isOver(deadline, Long.MIN_VALUE)).isTrue();
    }
}
