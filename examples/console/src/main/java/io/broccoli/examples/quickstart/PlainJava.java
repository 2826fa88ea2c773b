package io.broccoli.examples.quickstart;

import static java.util.stream.Collectors.groupingBy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** The same figures as the stream's, in plain Java and in another way: what the cluster's are checked against. */
final class PlainJava {

    private static final Comparator<Quake> STRONGEST_THEN_EARLIEST = Comparator.comparingDouble(Quake::magnitude)
            .thenComparing(Comparator.comparingLong(Quake::timeMs).reversed())
            .thenComparing(Comparator.comparing(Quake::code).reversed());

    private PlainJava() {}

    static Digest digest(List<SeismicEvent> events) {
        List<Quake> quakes =
                events.stream().map(Quake::of).filter(Objects::nonNull).toList();
        Map<String, Tally> networks = quakes.stream().collect(groupingBy(Quake::network, TreeMap::new, tally()));
        return new Digest(networks, quakes.stream().collect(tally()));
    }

    private static Collector<Quake, ?, Tally> tally() {
        return Collectors.collectingAndThen(
                Collectors.toList(),
                quakes -> new Tally(
                        quakes.size(),
                        quakes.stream().mapToDouble(Quake::joules).sum(),
                        quakes.stream().max(STRONGEST_THEN_EARLIEST).orElseThrow()));
    }
}
