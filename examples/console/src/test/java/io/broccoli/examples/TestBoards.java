package io.broccoli.examples;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Boards for tests; classes that start some are disabled by {@code -Dfirmware.skip=true}. */
final class TestBoards {

    private static final long LONGEST_START = 60_000;

    private TestBoards() {}

    static Boards start(URI broker, String cluster, int count, String... more) throws IOException {
        return start(broker, cluster, count, Map.of(), more);
    }

    static Boards start(URI broker, String cluster, int count, Map<String, String> environment, String... more)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("--nodes", "" + count, "--broker", broker.toString(), "--cluster", cluster));
        arguments.addAll(List.of(more));
        Boards boards = Boards.start(arguments, environment, news -> {});
        try {
            boards.awaitStarted(LONGEST_START);
        } catch (IOException failed) {
            boards.close();
            throw failed;
        }
        return boards;
    }
}
