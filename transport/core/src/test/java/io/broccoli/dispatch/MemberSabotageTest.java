package io.broccoli.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.credit.CreditLink;
import io.broccoli.sabotage.MutatedClasses;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The worlds notice flaws: each of many mutations of the classes of a member breaks what {@link MemberSimulationTest} looks at. */
class MemberSabotageTest {

    private static final int WORLDS = 200;

    @TestFactory
    Stream<DynamicTest> itIsNoticedThat() {
        return MemberMutations.ALL.stream()
                .map(mutation -> DynamicTest.dynamicTest(mutation.name(), () -> assertThat(
                                new MutatedClasses(mutation, SimScenarios.class, CreditLink.class)
                                        .play(mutation.scenario(), 0, WORLDS))
                        .as("what %d worlds of %s noticed", WORLDS, mutation.scenario())
                        .isNotEmpty()));
    }
}
