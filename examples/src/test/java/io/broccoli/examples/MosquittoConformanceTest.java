package io.broccoli.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("mosquitto")
class MosquittoConformanceTest extends Conformance {

    @TempDir
    static Path folder;

    private @Nullable Process mosquitto;

    @Override
    URI broker() throws IOException {
        int port = TestBroker.freePort();
        Path settings = Files.writeString(
                folder.resolve("mosquitto.conf"),
                "allow_anonymous true\nset_tcp_nodelay true\nlistener " + port + " 127.0.0.1\n");
        // Debian puts it where not everybody's PATH leads.
        String binary = Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse("mosquitto");
        mosquitto = new ProcessBuilder(binary, "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().until(() -> listens(port));
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    void end() {
        if (mosquitto != null) {
            mosquitto.destroy();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
