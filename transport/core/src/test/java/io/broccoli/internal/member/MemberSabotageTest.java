package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.internal.base.SerialExecutor;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.credit.CreditLink;
import io.broccoli.internal.nested.Nesting;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.internal.producer.Dispatcher;
import io.broccoli.sabotage.MutatedClasses;
import io.broccoli.sabotage.Mutation;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The worlds notice flaws: each of many mutations of the classes of a member breaks what {@link MemberSimulationTest} looks at. */
@Tag("sabotage")
class MemberSabotageTest {

    /** One class of each package that a member is made of. */
    static final Class<?>[] PACKAGES = {
        CreditLink.class, SerialExecutor.class, Values.class, Dispatcher.class, NodeRuntime.class, Nesting.class
    };

    private static final int WORLDS = 200;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(2);

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> itIsNoticedThat() {
        return MemberMutations.ALL.stream()
                .map(mutation -> new Played(mutation, THREADS.submit(() -> play(mutation))))
                .toList()
                .stream()
                .map(played -> DynamicTest.dynamicTest(played.mutation.name(), () -> assertThat(played.broken.get())
                        .as("what %d worlds of %s noticed", WORLDS, played.mutation.scenario())
                        .isNotEmpty()));
    }

    private record Played(Mutation mutation, Future<String> broken) {}

    private static String play(Mutation mutation) throws Exception {
        return new MutatedClasses(mutation, SimScenarios.class, PACKAGES).play(mutation.scenario(), 0, WORLDS);
    }
}
