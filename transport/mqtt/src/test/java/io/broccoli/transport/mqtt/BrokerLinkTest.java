package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker may answer, and that no real one answers on request. */
class BrokerLinkTest {

    private static final int SUCCESS = 0;
    private static final int FAILURE = 0x80;

    private static void assertReason(Throwable error, Reason reason, String message) {
        assertThat(error)
                .asInstanceOf(InstanceOfAssertFactories.type(BrokerConnectionException.class))
                .satisfies(each -> assertThat(each.reason()).isEqualTo(reason))
                .satisfies(each -> assertThat(each).hasMessageContaining(message))
                .satisfies(each -> assertThat(each).hasMessageContaining(each.broker()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|does not speak MQTT 3.1.1",
                "2|does not accept the client id 'c:a'",
                "3|not available at the moment",
                "4|wrong user name or password",
                "5|it wants a user name and a password"
            })
    void aRefusedLoginIsExplained(int code, String message) {
        try (FakeBroker broker = new FakeBroker(code, SUCCESS);
                Member a = Member.of(broker.port(), "c", "a").start(null)) {
            assertReason(a.firstDisconnection(), Reason.REFUSED, message);
        }
    }

    @Test
    void aRefusedSubscriptionIsNoConnection() {
        try (FakeBroker broker = new FakeBroker(SUCCESS, FAILURE);
                Member a = Member.of(broker.port(), "c", "a").start(null)) {
            assertReason(
                    a.firstDisconnection(),
                    Reason.SUBSCRIPTION_REFUSED,
                    "refused a member without user name a subscription under broccoli/c/i/a/");
            await().atMost(Member.SOON).until(() -> broker.logins.get() >= 2);
            assertThat(a.connections).hasValue(0);
        }
    }

    @Test
    void aCutBeforeTheSubscriptionStandsIsARefusalWhenItHappensAgainAndAgain() {
        try (FakeBroker broker = new FakeBroker(SUCCESS, FakeBroker.HANG_UP);
                Member a = Member.of(broker.port(), "c", "a").start(null)) {
            await().atMost(Member.SOON).until(() -> a.disconnections.size() >= 3);
            assertThat(a.disconnections.subList(0, 2))
                    .allSatisfy(each -> assertReason(each, Reason.LOST, "lost the connection"));
            assertReason(
                    a.disconnections.get(2),
                    Reason.SUBSCRIPTION_REFUSED,
                    "closed the connection 3 times in a row when a member without user name subscribed under broccoli/c/i/a/");
        }
    }

    /** RabbitMQ would keep a queue on one broker for it, and refuse the member at all others while that one is down. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void nothingIsSubscribedAtAHigherQosThanFrames(int qos) {
        try (FakeBroker broker = new FakeBroker(SUCCESS, SUCCESS);
                Member a = new Member(
                        URI.create("mqtt://127.0.0.1:" + broker.port()),
                        "c",
                        "a",
                        ConnectOptions.DEFAULTS.withQos(qos))) {
            a.start(null).joined();
            assertThat(broker.subscribed)
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("broccoli/c/i/a/#", qos, "broccoli/c/p/+", qos, "broccoli/c/hello", 0));
        }
    }

    @Test
    void theNextHostIsTriedWhenOneFails() {
        int dead = Ports.free();
        try (FakeBroker broker = new FakeBroker(SUCCESS, SUCCESS);
                Member a = new Member(
                        URI.create("mqtt://127.0.0.1:" + dead + ",127.0.0.1:" + broker.port()),
                        "c",
                        "a",
                        ConnectOptions.DEFAULTS)) {
            a.start(null).joined();
            assertReason(a.firstDisconnection(), Reason.UNREACHABLE, "127.0.0.1:" + dead);
            assertThat(a.transport.toString()).contains("at 127.0.0.1:" + broker.port());
        }
    }

    @Test
    void aHostThatHasNoAddressIsSaidSo() {
        try (Member a =
                new Member(URI.create("mqtt://nowhere.invalid"), "c", "a", ConnectOptions.DEFAULTS).start(null)) {
            assertReason(a.firstDisconnection(), Reason.UNKNOWN_HOST, "nowhere.invalid:1883 is unknown");
        }
    }

    @Test
    void aTransportIsStartedOnceAndNotAfterItWasClosed() {
        try (Member a = Member.of(Ports.free(), "c", "a").start(null)) {
            assertThatThrownBy(() -> a.start(null)).hasMessageContaining("started already");
            a.close();
            assertThatThrownBy(() -> a.start(null)).hasMessageContaining("is closed");
        }
        Member never = Member.of(1, "c", "b");
        assertThatThrownBy(() -> never.transport.send("a", new byte[0]).block(Duration.ofSeconds(1)))
                .hasMessageContaining("not connected to broker 127.0.0.1:1 yet");
        never.close();
        assertThatThrownBy(() -> never.transport.announce(new byte[0]).block(Duration.ofSeconds(1)))
                .hasMessageContaining("was closed");
    }
}
