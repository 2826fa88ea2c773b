package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final Host SEED = new Host("seed", 1);
    private static final Host HOST = new Host("h", 2);

    private final Targets targets = new Targets("m", List.of(SEED), true, () -> 0.5, 0);

    private List<Host> due(long now, String... connected) {
        return targets.due(now, List.of(connected)::contains).stream()
                .map(each -> each.host)
                .toList();
    }

    private boolean heard(String member, long started, long now) {
        return targets.learned(new Address(member, HOST, started), false, now);
    }

    @Test
    void theMemberWithTheSmallerNameDialsAtOnceAndTheOtherAfterAWhile() {
        assertThat(heard("z", 1, 0)).isTrue();
        assertThat(due(0)).containsExactly(SEED, HOST);
        targets.ended("z", 1);
        assertThat(heard("a", 1, 0)).isTrue();
        assertThat(due(0)).containsExactly(SEED);
        assertThat(due(Targets.COURTESY)).containsExactly(SEED, HOST);
        assertThat(due(Targets.COURTESY, "a")).containsExactly(SEED);
    }

    @Test
    void aLifeThatEndedDoesNotComeBackByHearsay() {
        heard("z", 5, 0);
        targets.ended("z", 5);
        assertThat(heard("z", 5, 0)).isFalse();
        assertThat(targets.addresses()).isEmpty();
        assertThat(heard("z", 6, 0)).isTrue();
        targets.ended("z", 6);
        assertThat(targets.learned(new Address("z", HOST, 6), true, 0)).isTrue();
    }

    @Test
    void whereAnotherAnswersTheMemberIsNotToldOfAnyMore() {
        heard("z", 5, 0);
        Target found = targets.due(0, member -> false).get(1);
        targets.answered(found, new Hello("c", "other", 9, 1, new byte[Hello.NONCE], HOST, 1_024));
        targets.learned(new Address("other", HOST, 9), true, 0);
        assertThat(targets.addresses()).containsExactly(new Address("other", HOST, 9));
        assertThat(heard("z", 5, 0)).isFalse();
        assertThat(heard("z", 6, 0)).isTrue();
    }

    @Test
    void anEarlierLifeThatEndsLaterDoesNotBringTheLaterOneBack() {
        targets.ended("z", 6);
        targets.ended("z", 0); // a stand-in's
        assertThat(heard("z", 6, 0)).isFalse();
    }

    @Test
    void pausesGrowUpToABoundAndAnAddressThatNeverAnswersIsForgotten() {
        heard("z", 1, 0);
        long now = 0;
        for (int i = 0; i < 40 && !targets.addresses().isEmpty(); i++) {
            List<Target> due = targets.due(now, member -> false);
            assertThat(due).isNotEmpty();
            for (Target each : due) {
                long before = each.nextAt;
                targets.failed(each, true, now);
                assertThat(each.nextAt - now).isPositive().isLessThanOrEqualTo(Targets.LONGEST_PAUSE);
                assertThat(each.nextAt).isGreaterThan(before);
            }
            now = Math.max(
                    now + 1, due.stream().mapToLong(each -> each.nextAt).max().orElse(0));
            targets.due(now, member -> true);
        }
        assertThat(targets.addresses()).isEmpty();
        assertThat(now).isLessThan(Targets.FORGET + 2 * Targets.LONGEST_PAUSE);
        assertThat(due(now + Targets.LONGEST_PAUSE)).containsExactly(SEED);
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < Targets.MOST + 10; i++) {
            heard("n" + i, 1, 0);
        }
        assertThat(targets.addresses()).hasSize(Targets.MOST);
    }

    @Test
    void hearsayNeverReplacesWhatAMemberSaysOfItself() {
        targets.learned(new Address("z", HOST, 5), true, 0);
        assertThat(targets.learned(new Address("z", new Host("evil", 1), 5), false, 0))
                .isFalse();
        assertThat(targets.addresses()).containsExactly(new Address("z", HOST, 5));
    }
}
