package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A mosquitto with the files of docs/security, and users whose passwords are {@code secret-of-NAME}. */
final class LockedMosquitto {

    private static final Path FILES = Path.of("../../docs/security");

    private final Path folder;
    private final Certificates certificates;

    /**
     * Skips the test where no mosquitto is installed.
     *
     * @param folder of the certificates, of which one is the broker's
     */
    LockedMosquitto(Path folder, Certificates certificates, String... users) throws IOException, InterruptedException {
        Mosquitto.assumeInstalled();
        this.folder = folder;
        this.certificates = certificates;
        Path passwords = Files.createFile(folder.resolve("passwords"));
        for (String user : users) {
            assertThat(new ProcessBuilder("mosquitto_passwd", "-b", passwords.toString(), user, "secret-of-" + user)
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    Path ca() {
        return certificates.ca();
    }

    /** With the files, without lines that have one of these in them. */
    BrokerProcess start(String... left) throws IOException {
        return start(rules(left), left);
    }

    /** With these rules in place of those of the files. */
    BrokerProcess start(List<String> rules, String... left) throws IOException {
        Path acl = Files.write(Files.createTempFile(folder, "rules", ".acl"), rules);
        List<String> settings = new ArrayList<>();
        lines("mosquitto.conf", left)
                .filter(line -> !line.startsWith("listener ") && !line.startsWith("max_queued_messages"))
                .map(line -> line.split(" ", 2))
                .map(words -> words[0].equals("acl_file")
                        ? "acl_file " + acl
                        : words[0] + " " + (words[0].endsWith("file") ? folder.resolve(words[1]) : words[1]))
                .forEach(settings::add);
        if (List.of(left).contains("allow_anonymous")) {
            settings.add("allow_anonymous true");
        }
        BrokerProcess broker = Mosquitto.prepare(settings.toArray(String[]::new));
        broker.start();
        return broker;
    }

    /** Those of the files, without lines that have one of these in them. */
    static List<String> rules(String... left) throws IOException {
        return lines("mosquitto.acl", left).toList();
    }

    private static Stream<String> lines(String file, String... left) throws IOException {
        return Files.readAllLines(FILES.resolve(file)).stream()
                .filter(line -> !line.isBlank()
                        && !line.startsWith("#")
                        && Stream.of(left).noneMatch(line::contains));
    }
}
