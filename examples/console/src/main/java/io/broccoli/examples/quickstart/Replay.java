package io.broccoli.examples.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The week again, as it would have been heard: each earthquake comes some time after it happened, so they come out of order, and
 * a few come hours late. Time runs faster by a factor.
 *
 * @param speed how many times as fast as it happened
 * @param seed of the delays
 */
record Replay(double speed, long seed) {

    /** What each node offers besides. */
    static final String FEED = "replay";

    /** A week in about seven seconds. */
    static final double SPEED = 86_400;

    /** Most earthquakes come within this. */
    static final Duration USUAL_DELAY = Duration.ofMinutes(30);

    /** One of so many comes later, within {@link #LONGEST_DELAY}. */
    private static final int ONE_OF = 25;

    static final Duration LONGEST_DELAY = Duration.ofHours(12);

    /** An earthquake, and when it is heard, in milliseconds since 1970. */
    record Heard(Tremor tremor, long at) {}

    /** The earthquakes of a network in the order in which they are heard. */
    List<Heard> heard(List<SeismicEvent> events, String network) {
        Random random = new Random(seed ^ network.hashCode());
        List<Heard> heard = new ArrayList<>();
        events.stream()
                .filter(event -> event.network().equals(network))
                .map(Tremor::of)
                .filter(Objects::nonNull)
                .forEach(tremor -> {
                    Duration most = random.nextInt(ONE_OF) == 0 ? LONGEST_DELAY : USUAL_DELAY;
                    long delay = (long) (random.nextDouble() * most.toMillis());
                    heard.add(new Heard(tremor, tremor.quake().timeMs() + delay));
                });
        heard.sort(Comparator.comparingLong(Heard::at));
        return heard;
    }

    /** A network's feed. Its time begins with its subscriber; one that is slow is waited for. */
    Flux<Tremor> of(List<SeismicEvent> events, String network) {
        List<Heard> heard = heard(events, network);
        long begin = events.get(0).timeMs();
        return Flux.defer(() -> {
            long began = System.nanoTime();
            return Flux.fromIterable(heard)
                    .concatMap(
                            each -> {
                                double due = (each.at() - begin) * 1e6 / speed - (System.nanoTime() - began);
                                return due <= 0
                                        ? Mono.just(each.tremor())
                                        : Mono.delay(Duration.ofNanos((long) due))
                                                .thenReturn(each.tremor());
                            },
                            1);
        });
    }
}
