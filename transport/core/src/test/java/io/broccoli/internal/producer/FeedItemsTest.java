package io.broccoli.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.feed.Sample;
import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes of a node, hostile or old, becomes samples. */
class FeedItemsTest {

    private final MessagePackPayloadCodec codec = new MessagePackPayloadCodec();
    private long now = 1_764_522_000_000L;
    private final FeedItems items = new FeedItems(
            "n",
            "feed:t",
            Object.class,
            Boundary.of(codec, why -> {}).values(),
            new FeedItems.Clocks(() -> now, () -> 20));

    private TaskOutcome<?> read(@Nullable Object... parts) {
        return items.read(codec.encode(Arrays.asList(parts)));
    }

    private Sample<?> sample(@Nullable Object... parts) {
        TaskOutcome<?> outcome = read(parts);
        assertThat(outcome).isInstanceOf(TaskOutcome.Success.class);
        Object value = ((TaskOutcome.Success<?>) outcome).value();
        assertThat(value).isInstanceOf(Sample.class);
        return (Sample<?>) java.util.Objects.requireNonNull(value);
    }

    @Test
    void elementsThatAreMissingHaveTheirDefaultAndFurtherOnesAreSkipped() {
        assertThat(sample(5, 7, 2, 1_000L, "x"))
                .isEqualTo(new Sample<Object>("n", 5, 7, 2, Instant.ofEpochMilli(1_000), "x"));
        assertThat(sample(5, 7, 2, 1_000L, "x", 40, 9, "more", 1))
                .isEqualTo(
                        new Sample<Object>("n", 5, 7, 2, Instant.ofEpochMilli(1_000), "x", Duration.ofMillis(40), 9));
        assertThat(sample(5, 7, 0, 1_000L, null, 0, 0).isMark()).isTrue();
    }

    @Test
    void aClockThatWasNeverSetIsMappedToTheSubscribersAndAnewInEachLife() {
        now += 5_000;
        Sample<?> first = sample(5, 1, 0, 3_000L, 1, -1);
        assertThat(first.time().toEpochMilli()).isEqualTo(now - 10);
        assertThat(first.timeError()).isEqualTo(Duration.ofMillis(11));
        now += 1_000;
        assertThat(sample(5, 2, 0, 4_000L, 1, -1).time()).isEqualTo(first.time().plusMillis(1_000));
        now += 60_000;
        assertThat(sample(6, 1, 0, 500L, 1, -1).time().toEpochMilli()).isEqualTo(now - 10);
    }

    @Test
    void whatIsNoItemIsAFailureOfItsNode() {
        List<List<?>> wrong = List.of(
                List.of(1, 2, 3, 4),
                List.of(-1, 2, 3, 4, 5),
                List.of(1, 2, -3, 4, 5),
                List.of(1, 2, 3, Long.MAX_VALUE, 5),
                List.of(1, 2, 3, Long.MIN_VALUE, 5),
                List.of(1, 2, 3, 4.5, 5),
                List.of(1, 2, 3, 4, 5, -2),
                List.of(1, 2, 3, 4, 5, Long.MAX_VALUE),
                List.of(1, 2, 3, 4, 5, 0, -1),
                List.of(1, 2, 3, 4, 5, 0, "1"));
        for (List<?> each : wrong) {
            TaskOutcome<?> outcome = items.read(codec.encode(each));
            assertThat(outcome).as(each.toString()).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.CONVERSION);
                assertThat(failure.node()).isEqualTo("n");
            });
        }
        assertThat(items.read(codec.encode("text"))).isInstanceOf(TaskOutcome.Failure.class);
    }

    @Test
    void aViewRunsHereWhereTheNodeRunsNoneAndAccountsForEachReading() throws Exception {
        items.runs(ViewProgram.read(View.ALL.window(3, ViewFold.SUM).steps()));
        List<Sample<?>> got = new ArrayList<>();
        long[] sequences = {1, 2, 3, 4, 6, 9, 10, 11, 12, 15, 16};
        long before = 0;
        for (long sequence : sequences) {
            TaskOutcome<?> outcome = read(5, sequence, sequence - before - 1, 1_000 + sequence, sequence);
            before = sequence;
            if (((TaskOutcome.Success<?>) outcome).value() instanceof Sample<?> sample) {
                got.add(sample);
            }
        }
        assertThat(got).extracting(Sample::value).isEqualTo(List.of(6, 10, 9, 33, 15));
        assertThat(got).extracting(Sample::sequence).containsExactly(3L, 6L, 9L, 12L, 15L);
        assertThat(got).extracting(Sample::used).containsExactly(3L, 2L, 1L, 3L, 1L);
        assertThat(got).extracting(Sample::missed).containsExactly(0L, 1L, 2L, 0L, 2L);
        assertThat(java.util.Objects.requireNonNull(items.read()).sequence()).isEqualTo(16);
    }
}
