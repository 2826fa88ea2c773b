package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.reactivex.subscribers.TestSubscriber;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class PresenceTest {

    private final Outbox outbox = new Outbox(error -> error, new IllegalStateException("not yet"));
    private final Topics topics = new Topics("cluster", "a");
    private final Presence presence =
            new Presence(outbox, topics, new Echoes(topics, VirtualTimeScheduler.create(), missing -> {}));
    private final List<Throwable> errors = new ArrayList<>();

    @Test
    void announcementsThatWaitAreBoundedAndTheNewestIsPublished() {
        for (int i = 0; i <= Presence.MOST_WAITING; i++) {
            presence.announce(Member.bytes("status " + i)).subscribe(null, errors::add);
        }
        assertThat(errors).singleElement().satisfies(each -> assertThat(each).hasMessageContaining("the limit"));
        outbox.open();
        presence.connected();
        TestSubscriber<Mqtt3Publish> client = outbox.test();
        assertThat(client.values()).singleElement().satisfies(each -> assertThat(each.getPayloadAsBytes())
                .isEqualTo(Member.bytes("status " + Presence.MOST_WAITING)));
    }
}
