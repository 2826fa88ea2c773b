package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.internal.base.Deadline;
import io.broccoli.sabotage.MutatedClasses;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The worlds notice flaws: each of many mutations of the classes that they play with breaks an invariant. */
@Tag("sabotage")
class SabotageTest {

    private static final int WORLDS = 100;

    @TestFactory
    Stream<DynamicTest> itIsNoticedThat() {
        return Mutations.ALL.stream()
                .map(mutation -> DynamicTest.dynamicTest(
                        mutation.name(), () -> assertThat(new MutatedClasses(mutation, Scenarios.class, Deadline.class)
                                        .play(mutation.scenario(), 0, WORLDS))
                                .as("what %d worlds of %s noticed", WORLDS, mutation.scenario())
                                .isNotEmpty()));
    }
}
