package io.broccoli.transport.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.broker.EmbeddedBroker.Options;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import io.broccoli.transport.mqtt.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aBrokerTakesAnyFreePortAndNothingIsLeftOfIt() throws Exception {
        List<Path> before = folders();
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        EmbeddedBroker broker = EmbeddedBroker.start();
        assertThat(broker.uri()).hasToString("mqtt://127.0.0.1:" + broker.port());
        assertThat(listens(broker.port())).isTrue();
        assertThat(folders()).isNotEmpty();
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(handler);

        broker.close();
        assertThat(listens(broker.port())).isFalse();
        broker.stop().get(10, TimeUnit.SECONDS);
        assertThat(before).containsAll(folders());
        broker.close();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        List<Path> before = folders();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Options options = Options.DEFAULTS.withPort(taken.getLocalPort());
            assertThatThrownBy(() -> EmbeddedBroker.start(options))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
        assertThat(before).containsAll(folders());
    }

    @Test
    void aStartThatTakesTooLongIsGivenUp() {
        assertThatThrownBy(() -> EmbeddedBroker.start(Options.DEFAULTS.withStartTimeout(Duration.ofMillis(1))))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("did not start within 1 ms");
    }

    @Test
    void aBrokerWithCredentialsRefusesOthers() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Options.DEFAULTS.withCredentials("ann", "secret"))) {
            Listening wrong = Listening.at(broker.uri(), "wrong", "guess");
            Listening right = Listening.at(broker.uri(), "right", "secret");
            await().atMost(SOON).until(() -> right.heard.contains("connected"));
            await().atMost(SOON).until(() -> !wrong.heard.isEmpty());
            assertThat(wrong.heard.get(0))
                    .contains("refused the login of user 'ann'")
                    .contains("wrong user name or password");
            right.transport.close(false).block(SOON);
            wrong.transport.close(false).block(SOON);
        }
    }

    @Test
    void transportsOfOneNameShareABrokerWhichEndsWithTheLast() {
        TransportProvider provider = provider();
        int port = Ports.free();
        URI uri = URI.create("embedded://shared:" + port);
        Transport a = provider.open(uri, "c", "a", ConnectOptions.DEFAULTS);
        Transport b = provider.open(URI.create("embedded:shared"), "c", "b", ConnectOptions.DEFAULTS);
        Listening ears = new Listening(b);
        Listening speaker = new Listening(a);
        speaker.transport.announce("a is here".getBytes(StandardCharsets.UTF_8)).block(SOON);
        await().atMost(SOON).until(() -> ears.heard.contains("presence of a"));
        a.close(true).block(SOON);
        assertThat(listens(port)).isTrue();
        b.close(false).block(SOON);
        assertThat(listens(port)).isFalse();

        Transport again = provider.open(uri, "c", "a", ConnectOptions.DEFAULTS);
        assertThat(listens(port)).isTrue();
        again.close(false).block(SOON);
        again.close(false).block(SOON);
        assertThat(listens(port)).isFalse();
    }

    @Test
    void aUriThatMakesNoSenseIsRefusedBeforeABrokerStarts() throws Exception {
        List<Path> before = folders();
        for (String each : List.of("embedded://a:b", "embedded://a:0", "embedded:a/b")) {
            assertThatThrownBy(() -> provider().open(URI.create(each), "c", "a", ConnectOptions.DEFAULTS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(each);
        }
        assertThat(before).containsAll(folders());
    }

    private static TransportProvider provider() {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.schemes().contains("embedded"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(each -> each.getFileName().toString().startsWith(BrokerFolder.PREFIX))
                    .sorted()
                    .toList();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes down what it hears. */
    private static final class Listening implements Transport.Receiver {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final Transport transport;

        Listening(Transport transport) {
            this.transport = transport;
            transport.start(null, this);
        }

        static Listening at(URI uri, String name, String password) {
            ConnectOptions options = ConnectOptions.DEFAULTS.withCredentials("ann", password);
            return new Listening(new MqttTransportProvider().open(uri, "c", name, options));
        }

        @Override
        public void frame(String from, byte[] frame) {}

        @Override
        public void presence(String member, byte[] status) {
            heard.add("presence of " + member);
        }

        @Override
        public void hello() {}

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void disconnected(Throwable cause) {
            heard.add(String.valueOf(cause.getMessage()));
        }
    }
}
