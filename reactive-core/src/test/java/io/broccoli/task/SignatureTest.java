package io.broccoli.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Work is described without a question to what it is made of. */
class SignatureTest {

    private static final Task<Integer> ADD = Task.of("add", Integer.class);

    /** A value that nobody may ask anything. */
    private static final class Mute {
        @Override
        public String toString() {
            throw new AssertionError("toString");
        }

        @Override
        public boolean equals(Object other) {
            throw new AssertionError("equals");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("hashCode");
        }
    }

    @Test
    void noFormAsksItsArgumentsAnything() {
        Mute mute = new Mute();
        Signature.Call<Integer> call = ADD.s(mute, mute).with("key", mute);
        List<Object> items = List.of(mute, List.of(mute));
        Stream<Signature<?>> all = Stream.of(
                call,
                ADD.si(mute),
                call.then(ADD.s(mute)).then(call),
                call.apply(mute),
                call.as(String.class),
                new Signature.Group<>(List.of(call, call)),
                new Signature.Chord<>(List.of(call, ADD.s(mute)), call),
                new Signature.Each<>(ADD, items, true),
                new Signature.Chunks<>(ADD, items, 2));
        assertThat(all.map(Signature::type)).hasSize(9).doesNotContainNull();
    }

    @Test
    void aFailureWithSuchArgumentsIsToldWithoutThem() {
        TaskOutcome.Failure<Object> failure = TaskOutcome.Failure.of(FailureKind.TASK_FAILED, "no mood", "add")
                .on("shed", 2)
                .withArguments(List.of(new Mute(), Map.of("key", new Mute())));
        assertThat(failure.toException()).hasMessage("TASK_FAILED: no mood (task add on node shed attempt 2)");
    }
}
