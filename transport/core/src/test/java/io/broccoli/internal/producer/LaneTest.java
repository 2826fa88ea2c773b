package io.broccoli.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.route.Route;
import io.broccoli.task.Work;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneTest {

    private static final ElementRun.Owner NOBODY = (ElementRun.Owner) Proxy.newProxyInstance(
            LaneTest.class.getClassLoader(), new Class<?>[] {ElementRun.Owner.class}, (proxy, method, args) -> null);

    private final Lane lane = lane();
    private final Errand beginning = errand(false);
    private final Errand later = errand(true);

    private static Lane lane() {
        return new Lane(new Route.Any(), List.of("work"));
    }

    private static Errand errand(boolean continues) {
        ElementRun run = new ElementRun(NOBODY, 1, new Route.Any());
        return new Errand(run, new Work.Call("work", List.of(), Map.of()), (again, value) -> {}, continues, 0);
    }

    private static void assertOrder(Lane lane, @Nullable Errand first, @Nullable Errand beginning) {
        assertThat(lane.first(false)).isSameAs(first);
        assertThat(lane.first(true)).isSameAs(first);
        if (first != null) {
            first.ends();
        }
        assertThat(lane.first(false)).isNull();
        assertThat(lane.first(true)).isSameAs(beginning);
    }

    @Test
    void laterStepsGoBeforeElementsThatHaveNotBegun() {
        lane.add(beginning);
        lane.add(later);
        assertOrder(lane, later, beginning);
    }

    @Test
    void laterStepsGoFirstInTheLaneThatTakesThemOverToo() {
        lane.add(beginning);
        lane.add(later);
        Lane other = lane();
        lane.allOf(errand -> true).forEach(errand -> other.takeOver(errand, lane));
        assertThat(lane.isEmpty()).isTrue();
        assertOrder(other, later, beginning);
    }

    @Test
    void anErrandThatCameBackGoesFirstInTheLaneThatTakesItOverToo() {
        lane.addAgain(beginning);
        Lane other = lane();
        other.takeOver(beginning, lane);
        assertOrder(other, beginning, null);
    }

    @Test
    void anEmptyLaneThatTakesOverHasStarvedAsLongAsTheOtherAndOneThatServesHasNot() {
        lane.add(beginning);
        lane.add(later);
        assertThat(lane.starvedFor(100)).isZero();
        assertThat(lane.starvedFor(300)).isEqualTo(200);
        Lane empty = lane();
        empty.takeOver(beginning, lane);
        assertThat(empty.starvedFor(400)).isEqualTo(300);
        Lane serving = lane();
        serving.add(errand(false));
        serving.takeOver(later, lane);
        assertThat(serving.starvedFor(500)).isZero();
    }
}
