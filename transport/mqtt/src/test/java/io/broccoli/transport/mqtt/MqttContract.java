package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/** What must hold over every broker. */
public abstract class MqttContract extends TransportContract {

    private static final Duration SOON = Soon.MOST;

    /** A broker that runs, for all tests. */
    protected abstract BrokerProcess shared();

    /** A broker of this test's own; not started yet. */
    protected abstract BrokerProcess another();

    @Override
    protected final TestNetwork network() {
        return new MqttTestNetwork(shared().port(), qos(), this::closing, null);
    }

    /** Of the frames in the contract's tests. */
    protected int qos() {
        return 0;
    }

    /** What one of two members of one name is told. */
    protected Reason reasonOfTwins() {
        return Reason.NAME_TAKEN;
    }

    private static List<String> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(each -> each.startsWith("broccoli-mqtt"))
                .toList();
    }

    private Member member(String name) {
        return closing(Member.of(shared().port(), cluster(), name));
    }

    @Test
    void anAnnouncementBeforeTheConnectionWaitsForIt() {
        Member a = member("a");
        List<String> acknowledged = new java.util.concurrent.CopyOnWriteArrayList<>();
        a.transport.announce(Member.bytes("old")).subscribe(null, null, () -> acknowledged.add("old"));
        a.transport.announce(Member.bytes("new")).subscribe(null, null, () -> acknowledged.add("new"));
        a.start(null).joined();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(acknowledged).containsExactly("old", "new");
            assertThat(a.presences).containsEntry("a", "new");
        });
    }

    @Test
    void theWillIsThePresenceOfAMemberThatVanished() {
        Cable cable = closing(new Cable(shared().port()));
        Member watcher = member("watcher").start(null).joined();
        Member a = closing(Member.of(cable.port(), cluster(), "a"))
                .start("a is gone")
                .joined();
        a.transport.announce(Member.bytes("a is here")).block(SOON);
        await().atMost(SOON).until(() -> "a is here".equals(watcher.presences.get("a")));
        cable.breakForEver();
        await().atMost(SOON).until(() -> "a is gone".equals(watcher.presences.get("a")));
        assertThat(a.firstDisconnection())
                .hasMessageContaining("lost the connection to broker 127.0.0.1:" + cable.port());
    }

    @Test
    void whatNoMemberWouldSendIsDroppedAndCounted() {
        Member a = member("a").start(null).joined();
        Mqtt3BlockingClient raw = MqttClient.builder()
                .useMqttVersion3()
                .identifier(cluster())
                .serverHost("127.0.0.1")
                .serverPort(shared().port())
                .buildBlocking();
        raw.connect();
        String root = "broccoli/" + cluster() + "/";
        publish(raw, root + "i/a", "no sender", false);
        publish(raw, root + "i/a/", "an empty sender", false);
        publish(raw, root + "i/a/x/y", "two senders", false);
        publish(raw, root + "i/a/" + "x".repeat(65), "a long sender", false);
        publish(raw, root + "p/" + "x".repeat(65), "a long member", false);
        publish(raw, root + "i/a/x", "y".repeat(65_537), false);
        publish(raw, root + "i/a/x", "good", false);
        raw.disconnect();
        await().atMost(SOON).untilAsserted(() -> assertThat(a.frames).containsExactly("x: good"));
        assertThat(a.transport.toString()).contains("dropped 6");
        assertThat(a.payloads).isEmpty();
        assertThat(a.presences).isEmpty();
    }

    private static void publish(Mqtt3BlockingClient raw, String topic, String text, boolean retain) {
        raw.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(Member.bytes(text))
                .retain(retain)
                .send();
    }

    @Test
    void aBrokerThatComesLaterIsFound() {
        BrokerProcess later = closing(another());
        Member a = closing(Member.of(later.port(), cluster(), "a")).start(null);
        assertThat(a.firstDisconnection())
                .isInstanceOf(BrokerConnectionException.class)
                .hasMessage("cannot reach broker 127.0.0.1:" + later.port() + ": Connection refused");
        assertThatThrownBy(() -> a.send(a, "x")).hasMessageContaining("cannot reach broker");
        later.start();
        a.joined().send(a, "hello myself");
        await().atMost(SOON).untilAsserted(() -> assertThat(a.frames).containsExactly("a: hello myself"));
    }

    @Test
    void aBrokerThatIsStartedAgainIsFoundAgain() {
        BrokerProcess own = closing(another());
        own.start();
        Member a = closing(Member.of(own.port(), cluster(), "a"))
                .start("a is gone")
                .joined();
        Member b = closing(Member.of(own.port(), cluster(), "b")).start(null).joined();
        a.transport.announce(Member.bytes("a is here")).block(SOON);
        own.stop();
        await().atMost(SOON).until(() -> !a.disconnections.isEmpty() && !b.disconnections.isEmpty());
        b.presences.clear();
        own.start();
        await().atMost(SOON).until(() -> a.connections.get() == 2 && b.connections.get() == 2);
        a.send(b, "again");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(b.frames).containsExactly("a: again");
            assertThat(b.presences).containsEntry("a", "a is here");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void noSendIsPendingForEverAcrossCuts(int qos) {
        Cable cable = closing(new Cable(shared().port()));
        URI uri = URI.create("mqtt://127.0.0.1:" + cable.port());
        Member a = closing(new Member(uri, cluster(), "a", ConnectOptions.DEFAULTS.withQos(qos)));
        a.start(null).joined();
        byte[] frame = new byte[900];
        for (int cuts = 1; cuts <= 3; cuts++) {
            int connections = a.connections.get();
            List<Mono<Boolean>> sends = IntStream.range(0, 3_000)
                    .mapToObj(i -> a.transport.send("a", frame).thenReturn(true).onErrorReturn(false))
                    .toList();
            Mono<Long> succeeded = Flux.merge(Flux.fromIterable(sends), 3_000)
                    .filter(each -> each)
                    .count();
            succeeded.doOnSubscribe(s -> cable.cut()).block(SOON);
            assertThat(a.transport.toString()).contains("under way 0");
            await().atMost(SOON).until(() -> a.connections.get() > connections);
        }
        int before = a.frames.size();
        a.send(a, "the order of results is still right");
        await().atMost(SOON).until(() -> a.frames.size() > before);
    }

    @Test
    void whatABrokerDoesNotTakeIsBounded() {
        Cable cable = closing(new Cable(shared().port()));
        Member a = closing(Member.of(cable.port(), cluster(), "a")).start(null).joined();
        cable.stall(true);
        byte[] frame = new byte[2_048];
        List<Throwable> errors = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < 3 * Outbox.MOST_FRAMES && errors.isEmpty(); i++) {
            a.transport.send("a", frame).subscribe(null, errors::add);
        }
        assertThat(errors).singleElement().isInstanceOf(OutboxFullException.class);
        assertThat(errors.get(0)).hasMessageContaining("4096");
        cable.stall(false);
        await().atMost(SOON).until(() -> a.transport.toString().contains("under way 0"));
        assertThat(errors).hasSize(1);
    }

    @Test
    void closingEndsTheAttemptsToConnect() {
        Member a = closing(Member.of(Ports.free(), cluster(), "a")).start(null);
        await().atMost(SOON).until(() -> a.disconnections.size() >= 3);
        a.transport.close(true).block(Duration.ofSeconds(3));
        await().atMost(SOON).untilAsserted(() -> assertThat(eventLoops()).isEmpty());
    }

    @Test
    void twoMembersOfOneNameAreTold() {
        Member a = member("a").start(null);
        Member twin = member("a").start(null);
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        Flux.concat(Flux.fromIterable(a.disconnections), Flux.fromIterable(twin.disconnections))
                                .toIterable())
                .anySatisfy(each -> assertThat(each)
                        .hasMessageContaining("also calls itself 'a'")
                        .extracting(error -> ((BrokerConnectionException) error).reason())
                        .isEqualTo(reasonOfTwins())));
    }

    @Test
    void twelveMembersShareAFewThreadsOnWhichNothingMayBlock() {
        List<Member> members = IntStream.range(0, 12)
                .mapToObj(i -> member("m" + i).start(null))
                .toList();
        members.forEach(Member::joined);
        assertThat(eventLoops()).hasSizeLessThanOrEqualTo(EventLoops.THREADS);
        assertThat(members).allSatisfy(each -> assertThat(each.threads)
                .allSatisfy(thread -> assertThat(thread).isInstanceOf(NonBlocking.class)));
    }
}
