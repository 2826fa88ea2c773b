package io.broccoli.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import reactor.core.publisher.Flux;

/**
 * The week of earthquakes: 1,707 events that the U.S. Geological Survey published for the week ending 2018-02-07, in time order
 * (public domain; see the README beside the file).
 */
public final class Catalog {

    static final String FILE = "earthquakes-2018w05.csv";

    private Catalog() {}

    /** Lazy: the file is opened by each subscriber and read line by line, as far as it asks. */
    public static Flux<SeismicEvent> events() {
        return Flux.using(
                        Catalog::open,
                        file -> Flux.fromStream(file.lines().skip(1)), // the header
                        Catalog::close)
                .map(Csv::fields)
                .map(SeismicEvent::of);
    }

    /** The earthquakes of one network, as its node feeds them: read as far as somebody asks. */
    static Flux<Quake> quakesOf(String network) {
        return events().filter(event -> event.network().equals(network)).mapNotNull(Quake::of);
    }

    private static BufferedReader open() {
        InputStream file = Catalog.class.getResourceAsStream(FILE);
        if (file == null) {
            throw new IllegalStateException(FILE + " is not on the class path");
        }
        return new BufferedReader(new InputStreamReader(file, UTF_8));
    }

    private static void close(BufferedReader file) {
        try {
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
