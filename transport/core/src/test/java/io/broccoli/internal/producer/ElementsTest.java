package io.broccoli.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.route.Route;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElementsTest {

    private static final ElementRun.Owner NOBODY = (ElementRun.Owner) Proxy.newProxyInstance(
            ElementsTest.class.getClassLoader(),
            new Class<?>[] {ElementRun.Owner.class},
            (proxy, method, args) -> null);

    /** Whoever still knows an element that was emitted would keep all later ones in memory. */
    @Test
    void anElementThatWasRemovedKnowsNoOthersAndTheOthersStayInOrder() {
        long seed = Long.getLong("broccoli.seed", System.nanoTime());
        Random random = new Random(seed);
        Elements elements = new Elements();
        List<ElementRun> expected = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            if (expected.isEmpty() || random.nextInt(100) < 52) {
                ElementRun run = new ElementRun(NOBODY, i, new Route.Any());
                elements.append(run);
                expected.add(run);
            } else {
                ElementRun run = expected.remove(random.nextInt(expected.size()));
                elements.remove(run);
                assertThat(run.next).as("next, -Dbroccoli.seed=%d", seed).isNull();
                assertThat(run.previous)
                        .as("previous, -Dbroccoli.seed=%d", seed)
                        .isNull();
            }
            assertThat(inOrder(elements)).as("-Dbroccoli.seed=%d", seed).isEqualTo(expected);
        }
    }

    private static List<ElementRun> inOrder(Elements elements) {
        List<ElementRun> found = new ArrayList<>();
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            found.add(run);
        }
        return found;
    }
}
