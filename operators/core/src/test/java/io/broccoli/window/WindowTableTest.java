package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class WindowTableTest {

    private static final Window.Periodic TEN = Window.ofEvents(Duration.ofMillis(10));

    private static WindowTable<String, Long, List<Long>> table(Window.Events window) {
        return WindowTable.collecting(window, Duration.ZERO, Duration.ZERO);
    }

    private static <R> List<WindowResult<String, R>> drain(WindowTable<String, ?, R> table) {
        List<WindowResult<String, R>> all = new ArrayList<>();
        for (WindowResult<String, R> it = table.next(); it != null; it = table.next()) {
            all.add(it);
        }
        return all;
    }

    @Test
    void atTheBoundTheOldestWindowIsFiredInPartsThatHoldEachSampleOnce() {
        for (Window.Events window : List.of(TEN, Window.session(Duration.ofMillis(10)))) {
            WindowTable<String, Long, List<Long>> table = table(window);
            table.joined("silent"); // nothing fires by itself
            List<Long> given = new ArrayList<>();
            Random random = new Random(1);
            for (long i = 0; i < 10_000; i++) {
                while (table.held() >= 20) {
                    table.closeOldest();
                    drain(table).forEach(it -> {
                        assertThat(it.early()).isTrue();
                        given.addAll(it.value());
                    });
                }
                assertThat(table.sample("one", random.nextInt(200), "k" + i % 3, i))
                        .isTrue();
                assertThat(drain(table)).isEmpty();
            }
            table.end();
            drain(table).forEach(it -> given.addAll(it.value()));
            assertThat(given).hasSize(10_000).doesNotHaveDuplicates();
            assertThat(table.early()).isPositive();
        }
    }

    @Test
    void atTheBoundSlidingWindowsLeaveOutWhatComesForThemLater() {
        WindowTable<String, Long, List<Long>> table =
                table(Window.sliding(Duration.ofMillis(10), Duration.ofMillis(5)));
        table.joined("silent");
        table.sample("one", 3, "k", 1L);
        drain(table);
        table.sample("one", 7, "k", 2L);
        drain(table);
        table.closeOldest();
        assertThat(drain(table)).singleElement().satisfies(it -> {
            assertThat(it.end().toEpochMilli()).isEqualTo(5);
            assertThat(it.value()).containsExactly(1L);
            assertThat(it.early()).isTrue();
        });
        assertThat(table.held()).isEqualTo(2);
        table.closeOldest();
        assertThat(drain(table)).singleElement().satisfies(it -> assertThat(it.value())
                .containsExactly(1L, 2L));
        assertThat(table.held()).isEqualTo(1);
        assertThat(table.sample("one", 4, "k", 3L)).isFalse(); // both its windows were closed
        drain(table);
        assertThat(table.sample("one", 5, "k", 4L)).isTrue();
        drain(table);
        table.end();
        assertThat(drain(table)).singleElement().satisfies(it -> assertThat(it.value())
                .containsExactly(2L, 4L));
    }

    @Test
    void atTheBoundAWindowThatFiredIsForgottenFirstAndItsSamplesAreLate() {
        for (Window.Events window : List.of(TEN, Window.session(Duration.ofMillis(4)))) {
            WindowTable<String, Long, List<Long>> table =
                    WindowTable.collecting(window, Duration.ZERO, Duration.ofMillis(100));
            table.sample("one", 1, "k", 1L);
            drain(table);
            table.sample("one", 21, "k", 2L);
            assertThat(drain(table)).hasSize(1);
            assertThat(table.held()).isEqualTo(2);
            table.closeOldest();
            assertThat(drain(table)).isEmpty();
            assertThat(table.held()).isEqualTo(1);
            assertThat(table.sample("one", 1, "k", 3L)).isFalse();
            drain(table);
            assertThat(table.late()).isEqualTo(1);
            assertThat(table.sample("one", 15, "k", 4L)).isTrue();
            assertThat(drain(table)).hasSize(1);
        }
    }

    @Test
    void nothingRemainsOfKeysWhoseWindowsAreGone() {
        for (Window.Events window : List.of(
                TEN,
                Window.sliding(Duration.ofMillis(10), Duration.ofMillis(3)),
                Window.session(Duration.ofMillis(4)))) {
            WindowTable<String, Long, List<Long>> table = table(window);
            for (long i = 0; i < 10_000; i++) {
                table.sample("one", i, "k" + i, i);
                drain(table);
                assertThat(table.keys()).isLessThan(25);
            }
            table.sample("one", 1_000_000, "last", 0L);
            drain(table);
            assertThat(table.keys()).isEqualTo(1);
            assertThat(table.held()).isEqualTo(1);
        }
    }

    @Test
    void aSampleThatJoinsAnOpenWindowAllocatesNothing() {
        Fold<Long, long[], Long> sum = new Fold<>() {
            @Override
            public long[] init() {
                return new long[1];
            }

            @Override
            public long[] add(long[] accumulator, Long value) {
                accumulator[0] += value;
                return accumulator;
            }

            @Override
            public long[] merge(long[] first, long[] second) {
                first[0] += second[0];
                return first;
            }

            @Override
            public Long finish(long[] accumulator) {
                return accumulator[0];
            }
        };
        WindowTable<String, Long, Long> table =
                WindowTable.folding(Window.ofEvents(Duration.ofDays(1)), Duration.ofMillis(5), Duration.ZERO, sum);
        String[] keys = {"a", "b", "c"};
        String[] sources = {"x", "y"};
        BiConsumer<Integer, Integer> samples = (from, to) -> {
            for (int i = from; i < to; i++) {
                table.sample(sources[i & 1], i, keys[i % 3], 1L);
                assertThatNull(table.next());
            }
        };
        samples.accept(0, 100_000);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        samples.accept(100_000, 1_100_000);
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(after - before).isLessThan(1_000_000); // less than a byte a sample
        table.end();
        assertThat(drain(table)).extracting(WindowResult::value).containsExactly(366_667L, 366_667L, 366_666L);
    }

    private static void assertThatNull(Object nothing) {
        if (nothing != null) {
            throw new AssertionError("a window fired: " + nothing);
        }
    }

    @Test
    void resultsMustBeTakenBeforeTheNextSample() {
        WindowTable<String, Long, List<Long>> table = table(TEN);
        table.sample("one", 1, "k", 1L);
        assertThatThrownBy(() -> table.sample("one", 2, "k", 2L))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("next()");
        drain(table);
        table.end();
        drain(table);
        assertThatThrownBy(() -> table.sample("one", 2, "k", 2L)).hasMessageContaining("ended");
    }

    @Test
    void manySourcesKeysAndMergesAreCheap() {
        WindowTable<String, Long, List<Long>> table =
                WindowTable.collecting(Window.session(Duration.ofMillis(10)), Duration.ofDays(1), Duration.ZERO);
        for (int i = 0; i < 50_000; i++) { // each second one bridges a large session and a small one
            table.sample("one", 12L * i, "k", 1L);
            drain(table);
            table.sample("one", 12L * i - 6, "k", 2L);
            drain(table);
        }
        assertThat(table.windows()).isLessThan(3);
        WindowTable<String, Long, List<Long>> wide = table(TEN);
        for (int i = 0; i < 4_096; i++) {
            wide.joined("s" + i);
        }
        for (int i = 0; i < 1_000_000; i++) {
            wide.sample("s" + i % 4_096, i / 4_096, "k", 1L);
            drain(wide);
        }
        assertThat(wide.watermark().at()).hasValue(999_999 / 4_096 - 1);
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> Window.ofEvents(Duration.ZERO)).hasMessageContaining("at least 1 ms");
        assertThatThrownBy(() -> Window.ofEvents(Window.LONGEST.plusMillis(1))).hasMessageContaining("2^60");
        assertThatThrownBy(() -> Window.sliding(Duration.ofDays(1), Duration.ofMillis(1)))
                .hasMessageContaining("at least size / 10000");
        assertThatThrownBy(() -> WindowTable.collecting(TEN, Duration.ofMillis(-1), Duration.ZERO))
                .hasMessageContaining("disorder is not negative");
        assertThatThrownBy(() -> new JoinTable<>(Duration.ofMillis(2), Duration.ofMillis(1), Duration.ZERO))
                .hasMessageContaining("above the high");
    }
}
