package io.broccoli.examples.quickstart;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is told of some earthquakes: a tally of each network, by its code, and one of all. Digests can be added in any grouping,
 * which is what lets nodes fold a stream of them piece by piece.
 */
public record Digest(Map<String, Tally> networks, Tally all) {

    static Digest of(Shock shock) {
        Tally tally = Tally.of(shock);
        return new Digest(Map.of(shock.quake().network(), tally), tally);
    }

    Digest plus(Digest other) {
        Map<String, Tally> sum = new TreeMap<>(networks);
        other.networks.forEach((network, tally) -> sum.merge(network, tally, Tally::plus));
        return new Digest(sum, all.plus(other.all));
    }
}
