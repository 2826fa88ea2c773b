package io.broccoli.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.examples.quickstart.Replay.Heard;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ReplayTest {

    private final List<SeismicEvent> events =
            Objects.requireNonNull(Catalog.events().collectList().block());

    @Test
    void eachEarthquakeIsHeardOnceAfterItHappenedAndSomeAreHeardHoursLater() {
        Set<String> networks = events.stream().map(SeismicEvent::network).collect(Collectors.toSet());
        long all = 0;
        long late = 0;
        boolean disordered = false;
        for (String network : networks) {
            List<Heard> heard = new Replay(Replay.SPEED, 1).heard(events, network);
            assertThat(heard).isEqualTo(new Replay(1, 1).heard(events, network)); // of one seed
            assertThat(heard)
                    .isSortedAccordingTo(Comparator.comparingLong(Heard::at))
                    .doesNotHaveDuplicates();
            for (int i = 0; i < heard.size(); i++) {
                long time = heard.get(i).tremor().quake().timeMs();
                long delay = heard.get(i).at() - time;
                assertThat(delay).isBetween(0L, Replay.LONGEST_DELAY.toMillis());
                late += delay > Replay.USUAL_DELAY.toMillis() ? 1 : 0;
                disordered |= i > 0 && heard.get(i - 1).tremor().quake().timeMs() > time;
            }
            all += heard.size();
        }
        assertThat(all).isEqualTo(1_679);
        assertThat(late).isBetween(20L, 120L);
        assertThat(disordered).isTrue();
        assertThat(new Replay(1, 2).heard(events, "nc")).isNotEqualTo(new Replay(1, 1).heard(events, "nc"));
    }

    @Test
    void aNetworkIsReplayedInItsTime() {
        Replay replay = new Replay(1_000_000, 1);
        List<Heard> heard = replay.heard(events, "hv");
        long last = heard.get(heard.size() - 1).at() - events.get(0).timeMs();
        StepVerifier.create(replay.of(events, "hv"))
                .expectNextSequence(heard.stream().map(Heard::tremor).toList())
                .expectComplete()
                .verifyThenAssertThat(Duration.ofSeconds(30))
                .tookMoreThan(Duration.ofMillis(last / 1_000_000));
    }

    @Test
    void theDistanceOfTwoEarthquakesIsAlongAGreatCircle() {
        Quake quake = new Quake("us", "x", 0, 1, "somewhere");
        assertThat(new Tremor(quake, 0, 179.5).distanceTo(new Tremor(quake, 0, -179.5)))
                .isCloseTo(111_195, org.assertj.core.api.Assertions.within(1.0));
    }
}
