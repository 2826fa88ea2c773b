package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.reactivex.subscribers.TestSubscriber;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class OutboxTest {

    private static final MqttTopic TOPIC = MqttTopic.of("t");
    private final Outbox outbox = new Outbox(error -> error, new IllegalStateException("not yet"));
    private final List<String> ends = new ArrayList<>();

    private Disposable send(String text, boolean kept) {
        Mono<Void> publication = new Publication(outbox, TOPIC, Member.bytes(text), false, kept);
        return publication.subscribe(
                null, error -> ends.add(text + ": " + error.getMessage()), () -> ends.add(text + " is out"));
    }

    private static List<String> texts(TestSubscriber<Mqtt3Publish> client) {
        return client.values().stream()
                .map(each -> new String(each.getPayloadAsBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void nothingIsTakenWhileItIsShut() {
        send("a", true);
        outbox.open();
        send("b", false);
        outbox.shut(new IllegalStateException("lost"));
        send("c", false);
        assertThat(ends).containsExactly("a: not yet", "c: lost");
        assertThat(outbox.held()).isEqualTo(1);
    }

    @Test
    void theClientsDemandIsKept() {
        outbox.open();
        send("a", false);
        TestSubscriber<Mqtt3Publish> client = outbox.test(0);
        send("b", false);
        client.assertNoValues();
        client.request(1);
        assertThat(texts(client)).containsExactly("a");
        client.request(5);
        send("c", false);
        assertThat(texts(client)).containsExactly("a", "b", "c");
    }

    @Test
    void whatWasCancelledIsNotSent() {
        outbox.open();
        send("a", false).dispose();
        send("b", false);
        assertThat(texts(outbox.test())).containsExactly("b");
        assertThat(outbox.held()).isEqualTo(1);
    }

    @Test
    void aFullOutboxOnlyTakesWhatIsKept() {
        outbox.open();
        for (int i = 0; i < Outbox.MOST_FRAMES; i++) {
            send("x", false);
        }
        send("one more", false);
        send("presence", true);
        assertThat(ends).containsExactly("one more: 4096 frames already wait for the broker, which is the limit");
        assertThat(outbox.held()).isEqualTo(Outbox.MOST_FRAMES + 1);
    }

    @Test
    void largeFramesFillItByTheirBytes() {
        outbox.open();
        TestSubscriber<Mqtt3Publish> client = outbox.test(0);
        String large = "x".repeat(1024 * 1024);
        List<Disposable> sent = new ArrayList<>();
        for (int i = 0; i < Outbox.MOST_BYTES / large.length(); i++) {
            sent.add(send(large, false));
        }
        send("y", false);
        send("presence", true);
        assertThat(ends).containsExactly("y: 16777216 bytes already wait for the broker, which is the limit");
        sent.forEach(Disposable::dispose);
        client.request(Long.MAX_VALUE); // what was cancelled makes room when its turn comes
        send("z", false);
        assertThat(texts(client)).containsExactly("presence", "z");
    }

    @Test
    void theEndLeavesNothingPending() {
        outbox.open();
        TestSubscriber<Mqtt3Publish> client = outbox.test(1);
        send("a", false);
        send("b", false);
        outbox.end(new IllegalStateException("closed"));
        send("c", false);
        outbox.open();
        send("d", false);
        assertThat(ends).containsExactly("b: closed", "c: closed", "d: closed");
        client.assertComplete();
        outbox.resultsEnded(new IllegalStateException("gone"));
        assertThat(ends).endsWith("a: gone");
        assertThat(outbox.held()).isZero();
    }

    @Test
    void aPublicationIsSentOncePerSubscriber() {
        outbox.open();
        Publication publication = new Publication(outbox, TOPIC, Member.bytes("x"), true, false);
        publication.subscribe();
        publication.subscribe();
        assertThat(texts(outbox.test())).containsExactly("x", "x");
    }
}
