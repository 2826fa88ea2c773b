package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SeqTableTest {

    @Property(tries = 200)
    void behavesAsAMapWhoseKeysMostlyRise(@ForAll long seed) {
        Random random = new Random(seed);
        SeqTable<String> table = new SeqTable<>();
        Map<Long, String> model = new TreeMap<>();
        long next = 1;
        for (int i = 0; i < 600; i++) {
            boolean put = random.nextInt(100) < 55;
            if (put) {
                String value = "v" + next;
                table.put(next, value);
                model.put(next++, value);
            } else {
                // Most often an old one goes; some stay for very long.
                long seq = Math.max(1, next - 1 - random.nextInt(random.nextInt(10) == 0 ? 400 : 30));
                assertThat(table.remove(seq)).isEqualTo(model.remove(seq));
            }
            long probe = 1L + random.nextInt((int) next);
            assertThat(table.get(probe)).isEqualTo(model.get(probe));
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertThat(table.sortedSeqs())
                .containsExactly(
                        model.keySet().stream().mapToLong(Long::longValue).toArray());
    }
}
