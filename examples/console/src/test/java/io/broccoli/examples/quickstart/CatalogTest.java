package io.broccoli.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class CatalogTest {

    @Test
    void quotedFieldsMayHoldCommasAndQuotes() {
        assertThat(Csv.fields("1,,\"37km NNE of Amboy, Washington\",\"a \"\"b\"\"\""))
                .containsExactly("1", "", "37km NNE of Amboy, Washington", "a \"b\"");
        assertThatThrownBy(() -> Csv.fields("1,\"open")).hasMessageContaining("not closed");
    }

    @Test
    void theFileIsReadNoFurtherThanAsked() {
        StepVerifier.create(Catalog.events(), 2)
                .assertNext(first -> assertThat(first)
                        .isEqualTo(new SeismicEvent(
                                1517363399650L,
                                "uw",
                                "61345682",
                                -122.197,
                                46.2035,
                                0.31,
                                "earthquake",
                                "37km NNE of Amboy, Washington")))
                .expectNextCount(1)
                .thenCancel()
                .verify();
    }

    @Test
    void theWeekIsComplete() {
        List<SeismicEvent> events = all(Catalog.events());
        assertThat(events).hasSize(1707);
        assertThat(events).filteredOn(event -> !event.isEarthquake()).hasSize(28);
        assertThat(Centroid.ofNetworks(events)).hasSize(12);
    }

    @Test
    void centroidsCrossTheDateLine() {
        Centroid fiji = Centroid.of(List.of(at(-18, 178), at(-18, -178)));
        assertThat(Math.abs(fiji.longitude())).isCloseTo(180, within(1e-9));
        assertThat(fiji.latitude()).isCloseTo(-18.01, within(0.01));
    }

    @Test
    void digestsAddUpInAnyGrouping() {
        List<Digest> each =
                all(Catalog.events().mapNotNull(Quake::of).map(quake -> Digest.of(new Shock(quake, quake.joules()))));
        Digest leftToRight = each.stream().reduce(Digest::plus).orElseThrow();
        Digest inThree = new QuakeTasks(java.time.Duration.ZERO)
                .merge(List.of(
                        sum(each.subList(0, 10)), sum(each.subList(10, 1000)), sum(each.subList(1000, each.size()))));
        Digest plain = PlainJava.digest(all(Catalog.events()));
        assertThat(Agreement.of(inThree, leftToRight, false).holds()).isTrue();
        assertThat(Agreement.of(inThree, plain, false).differences()).isEmpty();
        assertThat(plain.all().count()).isEqualTo(1679);
        assertThat(plain.all().strongest().place()).isEqualTo("22km NNE of Hualian, Taiwan");
    }

    @Test
    void whatDiffersIsNamed() {
        Digest one = Digest.of(new Shock(new Quake("ak", "1", 1, 2.0, "a"), 10));
        Digest other = Digest.of(new Shock(new Quake("ak", "1", 1, 2.0, "a"), 10.001));
        assertThat(Agreement.of(one, one, false).holds()).isTrue();
        assertThat(Agreement.of(one, other, false).differences())
                .hasSize(2)
                .first()
                .asString()
                .contains("all: energy");
        assertThat(Agreement.of(one, new Digest(Map.of(), one.all()), false).differences())
                .singleElement()
                .asString()
                .startsWith("ak: ");
    }

    private static <T> List<T> all(Flux<T> flux) {
        return flux.collectList().blockOptional().orElseThrow();
    }

    private static Digest sum(List<Digest> digests) {
        return digests.stream().reduce(Digest::plus).orElseThrow();
    }

    private static SeismicEvent at(double latitude, double longitude) {
        return new SeismicEvent(0, "us", "1", longitude, latitude, 1.0, "earthquake", "");
    }
}
