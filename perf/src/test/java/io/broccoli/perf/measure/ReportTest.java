package io.broccoli.perf.measure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @Test
    void rowsAndRatiosAsJson(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Report report = new Report(Map.of("cores", 2), new Table(new PrintStream(printed, true, UTF_8)));
        Block block = new Block(100, 1, Double.NaN, 3, 4, 5, 6, 7, 8, 1);
        Row row = report.add(new Row("sweep", "ours", Map.of("W", 16), "items/s", List.of(block)));
        Pairs pairs = new Pairs();
        pairs.add(block, block);
        report.add(Ratio.atLeast("items/s", row, row, pairs, Block::rate, 0.7));
        Path file = folder.resolve("new").resolve("run.json");
        report.write(file, "test");

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.at("/env/cores").asInt()).isEqualTo(2);
        assertThat(json.at("/rows/0/median").asDouble()).isEqualTo(100);
        assertThat(json.at("/rows/0/wire_bytes_per_item").isNull()).isTrue();
        assertThat(json.at("/rows/0/check").asText()).isEqualTo("ok");
        assertThat(json.at("/ratios/0/verdict").asText()).isEqualTo("pass");
        assertThat(printed.toString(UTF_8)).contains("sweep", "ours", "W 16").contains("pass");
    }
}
