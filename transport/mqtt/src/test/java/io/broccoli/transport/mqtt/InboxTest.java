package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.broccoli.spi.Transport.Receiver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class InboxTest {

    private static final int MAX_FRAME = 65_536;

    private final List<Integer> lengths = new ArrayList<>();
    private final Topics topics = new Topics("c", "me");
    private final Inbox inbox =
            new Inbox(topics, new Lengths(), MAX_FRAME, new Echoes(topics, Schedulers.immediate(), missing -> {}));

    private void comes(String topic, int length) {
        inbox.accept(
                Mqtt3Publish.builder().topic(topic).payload(new byte[length]).build());
    }

    @Test
    void whatComesEarlyIsGivenWhenItMayBe() {
        inbox.hold();
        comes("broccoli/c/p/other", 7);
        comes("broccoli/c/i/me/other", 8);
        assertThat(lengths).isEmpty();
        inbox.release();
        comes("broccoli/c/i/me/other", 9);
        assertThat(lengths).containsExactly(7, 8, 9);
        assertThat(inbox.dropped()).isZero();
    }

    @Test
    void whatIsTooLargeIsDroppedEarlyAndLate() {
        inbox.hold();
        comes("broccoli/c/p/other", MAX_FRAME + 1);
        inbox.release();
        comes("broccoli/c/i/me/other", MAX_FRAME + 1);
        comes("broccoli/c/i/me/other", MAX_FRAME);
        assertThat(lengths).containsExactly(MAX_FRAME);
        assertThat(inbox.dropped()).isEqualTo(2);
    }

    @Test
    void noMoreThanItsBoundsIsKeptOfWhatComesEarly() {
        inbox.hold();
        for (int i = 0; i < Inbox.MOST_HELD + 10; i++) {
            comes("broccoli/c/p/other", 1);
        }
        assertThat(inbox.dropped()).isEqualTo(10);
        inbox.hold(); // the next connection
        int fit = Inbox.MOST_HELD_BYTES / MAX_FRAME;
        for (int i = 0; i < fit + 10; i++) {
            comes("broccoli/c/p/other", MAX_FRAME);
        }
        assertThat(inbox.dropped()).isEqualTo(20);
        inbox.release();
        assertThat(lengths).hasSize(fit);
    }

    private final class Lengths implements Receiver {
        @Override
        public void frame(String from, byte[] frame) {
            lengths.add(frame.length);
        }

        @Override
        public void presence(String member, byte[] status) {
            lengths.add(status.length);
        }

        @Override
        public void hello() {}

        @Override
        public void connected() {}

        @Override
        public void disconnected(Throwable cause) {}
    }
}
