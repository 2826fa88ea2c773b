package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
        return targets.learned(new Address(member, HOST, started), "teller", now);
    }

    private boolean heard(String member, Host host, String teller) {
        return targets.learned(new Address(member, host, 1), teller, 0);
    }

    /** Dials all that is due, as the member does. */
    private List<Target> dial(long now) {
        List<Target> due = targets.due(now, member -> false);
        due.forEach(each -> each.dialing = !each.seed);
        return due;
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
        assertThat(due(0)).containsExactly(SEED);
        assertThat(heard("z", 6, 0)).isTrue();
        targets.ended("z", 6);
        assertThat(targets.learned(new Address("z", HOST, 6), 0)).isTrue();
    }

    @Test
    void whereAnotherAnswersTheMemberIsNotToldOfAnyMore() {
        heard("z", 5, 0);
        Target found = targets.due(0, member -> false).get(1);
        targets.answered(found, new Hello("c", "other", 9, 1, new byte[Hello.NONCE], HOST, 1_024));
        targets.learned(new Address("other", HOST, 9), 0);
        assertThat(targets.addresses()).containsExactly(new Address("other", HOST, 9));
        assertThat(heard("z", 5, 0)).isFalse();
        assertThat(heard("z", 6, 0)).as("somebody else is there").isFalse();
        assertThat(targets.learned(new Address("z", new Host("elsewhere", 1), 6), "teller", 0))
                .isTrue();
    }

    @Test
    void anEarlierLifeThatEndsLaterDoesNotBringTheLaterOneBack() {
        targets.ended("z", 6);
        targets.ended("z", 0); // a stand-in's
        assertThat(heard("z", 6, 0)).isFalse();
    }

    @Test
    void pausesGrowUpToABoundAndAnAddressThatAnswersNoMoreIsForgotten() {
        targets.learned(new Address("z", HOST, 1), 0);
        long now = 0;
        for (int i = 0; i < 40 && !targets.addresses().isEmpty(); i++) {
            now = failAll(now);
        }
        assertThat(targets.addresses()).isEmpty();
        assertThat(now).isLessThan(Targets.FORGET + 2 * Targets.LONGEST_PAUSE);
        assertThat(due(now + Targets.LONGEST_PAUSE)).containsExactly(SEED);
    }

    private long failAll(long now) {
        List<Target> due = targets.due(now, member -> false);
        assertThat(due).isNotEmpty();
        for (Target each : due) {
            long before = each.nextAt;
            targets.failed(each, true, now);
            assertThat(each.nextAt - now).isPositive().isLessThanOrEqualTo(Targets.LONGEST_PAUSE);
            assertThat(each.nextAt).isGreaterThan(before);
        }
        long next = Math.max(
                now + 1, due.stream().mapToLong(each -> each.nextAt).max().orElse(0));
        targets.due(next, member -> true);
        return next;
    }

    @Test
    void whatIsRememberedIsBoundedAndWhatAMemberSaysOfItselfTakesThePlaceOfHearsay() {
        for (int i = 0; i < Targets.MOST + 10; i++) {
            heard("n" + i, new Host("h" + i, 1), "teller-" + i / Targets.MOST_TOLD);
        }
        assertThat(targets.learned(new Address("late", HOST, 1), "yet another", 0))
                .isFalse();
        for (int i = 0; i < Targets.MOST + 10; i++) {
            targets.learned(new Address("m" + i, new Host("g" + i, 1), 1), 0);
        }
        assertThat(targets.addresses()).hasSize(Targets.MOST).allMatch(each -> each.member()
                .startsWith("m"));
        assertThat(dial(0)).as("the seed, and no hearsay").hasSize(Targets.MOST + 1);
    }

    @Test
    void ofOneTellerSoMuchIsBelievedAtATime() {
        for (int i = 0; i < Targets.MOST_TOLD; i++) {
            assertThat(heard("n" + i, new Host("h" + i, 1), "teller")).isTrue();
        }
        assertThat(heard("more", HOST, "teller")).isFalse();
        assertThat(heard("more", HOST, "another")).isTrue();
        targets.learned(new Address("n7", new Host("h7", 1), 1), 0); // it is there indeed
        assertThat(heard("again", new Host("again", 1), "teller")).isTrue();
    }

    @Test
    void manyNamesAtOneHostAndPortAreOneDialAndAfterAFewNoneForAMinute() {
        for (int i = 0; i < 1_000; i++) {
            heard("n" + i, HOST, "teller-" + i);
        }
        int dials = 0;
        long now = 0;
        for (; now < Targets.FORGET - 1; now += Targets.FIRST_PAUSE) {
            for (Target each : dial(now)) {
                dials += each.seed ? 0 : 1;
                targets.failed(each, true, now);
            }
            heard("again-" + now, HOST, "teller-" + now);
        }
        assertThat(dials).isEqualTo(Targets.HEARSAY_TRIES);
        assertThat(targets.learned(new Address("late", HOST, 1), "teller", now + Targets.FORGET))
                .isTrue();
    }

    @Test
    void whatOthersToldIsDialedSoManyTimesASecond() {
        for (int i = 0; i < Targets.MOST; i++) {
            heard("n" + i, new Host("h" + i, 1), "teller-" + i % 500);
        }
        int dials = 0;
        int seconds = 10;
        for (long now = 0; now <= Duration.ofSeconds(seconds).toNanos(); now += Targets.FIRST_PAUSE) {
            for (Target each : dial(now)) {
                dials += each.seed ? 0 : 1;
                targets.failed(each, true, now);
            }
        }
        assertThat(dials)
                .isLessThanOrEqualTo((seconds + 2) * Targets.HEARSAY_DIALS)
                .isGreaterThan(seconds * Targets.HEARSAY_DIALS);
    }

    @Test
    void dialsThatHangTakeNoPlacesOfOtherTellers() {
        for (int i = 0; i < 500; i++) {
            heard("evil-" + i, new Host("evil-" + i, 1), "evil");
        }
        heard("honest", HOST, "honest");
        List<Target> dialed = dial(Targets.COURTESY);
        assertThat(dialed).filteredOn(each -> "evil".equals(each.teller)).hasSize(Targets.MOST_DIALING);
        assertThat(dialed).extracting(each -> each.host).contains(HOST, SEED);
        assertThat(dial(2 * Targets.COURTESY)).noneMatch(each -> "evil".equals(each.teller));
    }

    @Test
    void whatAMemberToldAndNobodyFoundIsForgottenWhenItLeaves() {
        for (int i = 0; i < 10; i++) {
            heard("n" + i, new Host("h" + i, 1), "teller");
        }
        List<Target> dialed = dial(Targets.COURTESY);
        Target hangs = dialed.get(1);
        dialed.subList(2, dialed.size()).forEach(each -> targets.failed(each, false, Targets.COURTESY));
        targets.ended("teller", 1);
        assertThat(due(2 * Targets.COURTESY))
                .as("the seed, and two that were not tried yet")
                .hasSize(3);
        for (Target each : dial(2 * Targets.COURTESY)) {
            targets.failed(each, false, 2 * Targets.COURTESY);
        }
        targets.failed(hangs, false, 2 * Targets.COURTESY);
        assertThat(due(Targets.FORGET)).containsExactly(SEED);
    }

    @Test
    void hearsayIsNotToldOnUntilSomebodyAnswersThere() {
        heard("z", 5, 0);
        assertThat(targets.addresses()).isEmpty();
        assertThat(targets.isHearsay("z")).isTrue();
        Target found = targets.due(0, member -> false).get(1);
        targets.answered(found, new Hello("c", "z", 5, 1, new byte[Hello.NONCE], HOST, 1_024));
        assertThat(targets.addresses()).containsExactly(new Address("z", HOST, 5));
        assertThat(targets.isHearsay("z")).isFalse();
    }

    @Test
    void hearsayOfALaterLifeIsBelievedOnlyWhereTheMemberIsNotThereAnyMore() {
        targets.learned(new Address("z", HOST, 5), 0);
        Address later = new Address("z", new Host("elsewhere", 1), 6);
        assertThat(targets.learned(later, "teller", 0)).isFalse();
        targets.failed(targets.due(0, member -> false).get(1), false, 0);
        assertThat(targets.learned(later, "teller", 0)).isTrue();
    }

    @Test
    void aLaterLifeThatOthersMadeUpDoesNotKeepTheMemberFromSayingWhereItIs() {
        heard("z", 1_000_000, 0);
        assertThat(targets.learned(new Address("z", new Host("here", 1), 5), 0)).isTrue();
        assertThat(targets.addresses()).containsExactly(new Address("z", new Host("here", 1), 5));
    }

    @Test
    void hearsayNeverReplacesWhatAMemberSaysOfItself() {
        targets.learned(new Address("z", HOST, 5), 0);
        assertThat(targets.learned(new Address("z", new Host("evil", 1), 5), "evil", 0))
                .isFalse();
        assertThat(targets.addresses()).containsExactly(new Address("z", HOST, 5));
    }
}
