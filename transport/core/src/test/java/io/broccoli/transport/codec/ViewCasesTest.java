package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.broccoli.frame.Payload;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewFunctions;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.internal.view.ViewRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** One table of views, their readings and their results, which boards pass too. */
class ViewCasesTest {

    private static final ViewFunctions NONE = new ViewFunctions() {
        @Override
        public void check(String function, int arguments) throws Fault {
            throw new Fault("there is no function " + function);
        }

        @Override
        public @Nullable Object call(String function, @Nullable Object... arguments) throws Fault {
            throw new Fault("there is no function " + function);
        }
    };

    private final MessagePackPayloadCodec codec = new MessagePackPayloadCodec();

    private static Stream<DynamicTest> each(String file, java.util.function.Consumer<JsonNode> test) {
        return Golden.samples(file).stream()
                .map(sample -> DynamicTest.dynamicTest(sample.path("name").asText(), () -> test.accept(sample)));
    }

    @TestFactory
    Stream<DynamicTest> aViewGivesTheResultsOfTheTable() {
        return each("views", sample -> {
            ViewRun run = new ViewRun(read(sample), () -> NONE);
            List<List<@Nullable Object>> results = new ArrayList<>();
            int error = 0;
            try {
                for (JsonNode reading : sample.path("readings")) {
                    for (ViewRun.Result each : taken(run, reading)) {
                        results.add(Arrays.asList(each.sequence(), each.used(), each.time(), each.value()));
                    }
                }
            } catch (Fault fault) {
                error = fault.step();
            }
            List<List<@Nullable Object>> wanted = new ArrayList<>();
            for (JsonNode each : sample.path("results")) {
                wanted.add(Arrays.asList(
                        each.path(0).asLong(),
                        each.path(1).asLong(),
                        each.path(2).asLong(),
                        Golden.value(each.path(3))));
            }
            assertThat(error).isEqualTo(sample.path("error").asInt());
            assertThat(results).isEqualTo(wanted);
        });
    }

    private static List<ViewRun.Result> taken(ViewRun run, JsonNode reading) throws Fault {
        return reading.has("tick")
                ? run.tick(reading.path("tick").asLong())
                : run.take(new ViewRun.Reading(
                        reading.path(0).asLong(), 0, reading.path(1).asLong(), 0, Golden.value(reading.path(2))));
    }

    /** What comes over the wire is the view of the file. */
    private ViewProgram read(JsonNode sample) {
        Payload payload = Payload.of(Golden.bytes(sample));
        Object plain = codec.decode(payload, Object.class);
        assertThat(plain).isEqualTo(Golden.value(sample.path("view")));
        assertThat(HexFormat.of().formatHex(codec.encode(plain).toBytes()))
                .isEqualTo(sample.path("hex").asText());
        try {
            ViewProgram program = ViewProgram.read(plain);
            assertThat(program.plain()).isEqualTo(plain);
            return program;
        } catch (Fault fault) {
            throw new AssertionError(fault);
        }
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoViewIsRefusedWithItsStep() {
        return each("views-refused", sample -> assertThatThrownBy(() -> {
                    ViewProgram program = ViewProgram.read(Golden.value(sample.path("view")));
                    program.check(NONE);
                })
                .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.step())
                        .isEqualTo(sample.path("step").asInt())));
    }

    @TestFactory
    Stream<DynamicTest> itemsOfFeedsAreWrittenAsInTheFile() {
        return each("feed-items", sample -> {
            JsonNode item = sample.path("item");
            List<@Nullable Object> parts = new ArrayList<>();
            for (String field : List.of("epoch", "sequence", "missed", "time")) {
                parts.add(item.path(field).asLong());
            }
            parts.add(Golden.value(item.path("value")));
            parts.add(item.path("timeError").asLong());
            parts.add(item.path("used").asLong(1));
            int size = item.path("used").asLong(1) != 1
                    ? 7
                    : item.path("timeError").asLong() != 0 ? 6 : 5;
            assertThat(HexFormat.of()
                            .formatHex(codec.encode(parts.subList(0, size)).toBytes()))
                    .isEqualTo(sample.path("hex").asText());
        });
    }
}
