package io.broccoli.perf.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Subject.Done;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command's arguments, and one of the clusters that it measures; how fast that is is not looked at. */
class SecurityCostTest {

    @ParameterizedTest
    @ValueSource(strings = {"--only=nats", "--only=tcp,embedded", "--pairs=0"})
    void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts(String argument) {
        StringWriter said = new StringWriter();
        int status = new CommandLine(new SecurityCost())
                .setErr(new PrintWriter(said, true))
                .execute(argument);
        assertThat(status).isEqualTo(2);
        assertThat(said.toString()).contains("--only takes mosquitto and tcp", "--pairs is at least 1");
    }

    @Test
    @Tag("brokers") // it starts processes, which takes long
    void aNodeProcessAndAClientMeetOverTlsWithTheKeysThatAreMade(@TempDir Path folder) throws Exception {
        Way way = SecurityCost.tcp(KeyFiles.make(folder));
        assertThat(way.uri()).startsWith("tcps:");
        assertThat(Way.parse(way.args())).isEqualTo(way);
        try (WaySide side = new WaySide(way, null)) {
            Done done = side.subject().run(new Load(500, 16, 0));
            assertThat(done.items()).isEqualTo(500);
            assertThat(side.subject().name()).isEqualTo("TLS");
        }
    }

    @Test
    void credentialsGoWithTheNameOfTheMember() {
        Way way = new Way("users", "mqtt://127.0.0.1:1", null, true);
        assertThat(way.options("client").connect().username()).isEqualTo("client");
        assertThat(Way.parse(List.of("plain", way.uri(), "false"))
                        .options("client")
                        .connect()
                        .username())
                .isNull();
    }
}
