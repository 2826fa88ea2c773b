package io.broccoli.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.internal.base.Deadline;
import io.broccoli.route.Route;
import io.broccoli.task.Work;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SleepersTest {

    private static final ElementRun.Owner NOBODY = (ElementRun.Owner) Proxy.newProxyInstance(
            SleepersTest.class.getClassLoader(),
            new Class<?>[] {ElementRun.Owner.class},
            (proxy, method, args) -> null);

    private record Asleep(Errand errand, long wakeAt) {}

    private static Errand errand() {
        ElementRun run = new ElementRun(NOBODY, 1, new Route.Any());
        return new Errand(run, new Work.Call("work", List.of(), Map.of()), (again, value) -> {}, false, 0);
    }

    /** Wherever the clock began. Those of one time wake in the order in which they fell asleep. */
    @ParameterizedTest
    @ValueSource(longs = {0, -500, Long.MAX_VALUE - 500})
    void whoeverWakesFirstIsDueFirstThoughOthersLeaveFromAnyPlace(long begun) {
        Random random = new Random(begun);
        Sleepers sleepers = new Sleepers();
        List<Asleep> expected = new ArrayList<>(); // in the order in which they fell asleep
        long now = begun;
        int most = 0;
        for (int i = 0; i < 3_000; i++) {
            now += random.nextInt(3);
            if (random.nextInt(100) < 55) {
                Asleep fresh = new Asleep(errand(), now + random.nextInt(200));
                sleepers.add(fresh.errand, fresh.wakeAt);
                expected.add(fresh);
            } else if (!expected.isEmpty() && random.nextBoolean()) {
                expected.remove(random.nextInt(expected.size())).errand.ends();
            }
            most = Math.max(most, expected.size());
            Asleep first = null;
            for (Asleep each : expected) {
                first = first == null || Deadline.isBefore(each.wakeAt, first.wakeAt) ? each : first;
            }
            assertThat(sleepers.nextWake()).isEqualTo(first == null ? Deadline.NEVER : first.wakeAt);
            if (first == null || first.wakeAt - now > 0) {
                assertThat(sleepers.due(now)).isNull();
            } else {
                assertThat(sleepers.due(now)).isSameAs(first.errand);
                first.errand.ends();
                expected.remove(first);
            }
        }
        assertThat(most).as("many slept at a time").isGreaterThan(30);
    }
}
