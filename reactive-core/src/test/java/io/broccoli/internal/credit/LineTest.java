package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LineTest {

    @Property(tries = 200)
    void behavesAsAQueueInWhichEachStandsOnceAndFromWhichEachCanLeave(@ForAll long seed) {
        Random random = new Random(seed);
        Line line = new Line();
        ArrayDeque<Account> model = new ArrayDeque<>();
        List<Account> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(new Account(new Share("p" + i, new HashMap<>()), 1, 1, 0));
        }
        for (int i = 0; i < 300; i++) {
            Account some = all.get(random.nextInt(all.size()));
            switch (random.nextInt(5)) {
                case 0, 1, 2 -> {
                    line.addLast(some.amongRisen);
                    if (!model.contains(some)) {
                        model.addLast(some);
                    }
                }
                case 3 -> {
                    Line.leave(some.amongRisen);
                    model.remove(some);
                }
                default -> assertThat(line.poll()).isSameAs(model.poll());
            }
            assertThat(line.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(some.amongRisen.isTaken()).isEqualTo(model.contains(some));
        }
    }
}
