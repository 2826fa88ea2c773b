package io.broccoli.transport.broker;

import io.broccoli.transport.broker.EmbeddedBroker.Options;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
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
            Files.writeString(
                    folder.configuration().resolve("config.xml"), configuration(options, folder.keys(options)));
            return folder;
        } catch (IOException e) {
            throw new BrokerStartException("no temporary folder for the embedded broker: " + e.getMessage(), e);
        }
    }

    /** What the listener's configuration says of TLS; nothing without. The folder is its owner's alone. */
    private String keys(Options options) throws IOException {
        TlsIdentity tls = options.tls;
        if (tls == null) {
            return "";
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path store = configuration().resolve("keys.p12");
        tls.write(store, password);
        return "<tls><keystore>" + file(store, password) + "<private-key-password>" + password
                + "</private-key-password></keystore>" + clients(options, password) + "</tls>";
    }

    /** Whose certificates are taken. A client that has a password instead need not have one. */
    private String clients(Options options, String password) throws IOException {
        if (options.admission.authorities().isEmpty()) {
            return "";
        }
        Path store = configuration().resolve("authorities.p12");
        TlsIdentity.writeAuthorities(options.admission.authorities(), store, password);
        return "<truststore>" + file(store, password) + "</truststore><client-authentication-mode>"
                + (options.admission.users() == null ? "REQUIRED" : "OPTIONAL") + "</client-authentication-mode>";
    }

    private static String file(Path store, String password) {
        return "<path>" + escaped(store.toString()) + "</path><password>" + password + "</password>";
    }

    private static String configuration(Options options, String keys) throws IOException {
        try (InputStream template = BrokerFolder.class.getResourceAsStream("config.xml")) {
            if (template == null) {
                throw new IOException("config.xml is missing from the jar");
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${listener}", keys.isEmpty() ? "tcp-listener" : "tls-tcp-listener")
                    .replace("${tls}", keys)
                    .replace("${port}", Integer.toString(options.port))
                    .replace("${host}", escaped(options.host));
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
