package io.broccoli.transport.broker;

import io.broccoli.transport.broker.EmbeddedBroker.Options;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a broker wants on disk, in a temporary folder; it is deleted with the broker, or when the process ends. */
final class BrokerFolder {

    /** Names the process, so that one whose folder was left behind can be told. */
    static final String PREFIX = "broccoli-broker-" + ProcessHandle.current().pid() + "-";

    private final Path root;
    private final Thread atExit = new Thread(this::deleteFiles, "broccoli-broker-cleanup");

    private BrokerFolder(Path root) {
        this.root = root;
    }

    static BrokerFolder create(Options options) {
        try {
            BrokerFolder folder = new BrokerFolder(Files.createTempDirectory(PREFIX));
            Runtime.getRuntime().addShutdownHook(folder.atExit);
            for (Path each : List.of(folder.configuration(), folder.data(), folder.extensions())) {
                Files.createDirectory(each);
            }
            Files.writeString(folder.configuration().resolve("config.xml"), configuration(options));
            return folder;
        } catch (IOException e) {
            throw new BrokerStartException("no temporary folder for the embedded broker: " + e.getMessage(), e);
        }
    }

    private static String configuration(Options options) throws IOException {
        try (InputStream template = BrokerFolder.class.getResourceAsStream("config.xml")) {
            if (template == null) {
                throw new IOException("config.xml is missing from the jar");
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${port}", Integer.toString(options.port()))
                    .replace("${host}", escaped(options.host()));
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    Path configuration() {
        return root.resolve("conf");
    }

    Path data() {
        return root.resolve("data");
    }

    Path extensions() {
        return root.resolve("extensions");
    }

    void delete() {
        deleteFiles();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the process ends already
        }
    }

    private void deleteFiles() {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // it is temporary, and nobody could do anything about it
        }
    }
}
