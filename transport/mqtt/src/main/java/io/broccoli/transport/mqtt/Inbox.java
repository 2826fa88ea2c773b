package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.broccoli.spi.Transport.Receiver;
import io.broccoli.transport.mqtt.Echoes.Echo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/** All that comes in, told apart by its topic. On the event loop only. What no member would send is dropped and counted. */
final class Inbox {

    private static final Logger LOG = Loggers.getLogger(Inbox.class);

    /** More early messages than that, or larger ones in all, are no presences of a cluster. */
    static final int MOST_HELD = 16_384;

    static final int MOST_HELD_BYTES = 16 * 1024 * 1024;

    private final Topics topics;
    private final Receiver receiver;
    private final int maxFrame;
    private final Echoes echoes;
    private volatile long dropped;
    private @Nullable List<Mqtt3Publish> held;
    private int heldBytes;

    Inbox(Topics topics, Receiver receiver, int maxFrame, Echoes echoes) {
        this.topics = topics;
        this.receiver = receiver;
        this.maxFrame = maxFrame;
        this.echoes = echoes;
    }

    long dropped() {
        return dropped;
    }

    /** Keeps what comes until {@link #release}: what a broker kept can come before it acknowledges the subscription. */
    void hold() {
        held = new ArrayList<>();
        heldBytes = 0;
    }

    void release() {
        List<Mqtt3Publish> early = held;
        held = null;
        if (early != null) {
            early.forEach(this::accept);
        }
    }

    void accept(Mqtt3Publish message) {
        byte[] payload = message.getPayloadAsBytes(); // the decoder's own array, not a copy
        if (payload.length > maxFrame) {
            drop();
            return;
        }
        List<Mqtt3Publish> early = held;
        if (early != null) {
            if (early.size() < MOST_HELD && heldBytes + payload.length <= MOST_HELD_BYTES) {
                heldBytes += payload.length;
                early.add(message);
            } else {
                drop();
            }
            return;
        }
        try {
            if (!deliver(message, message.getTopic().toString(), payload)) {
                drop();
            }
        } catch (RuntimeException e) {
            LOG.error("a receiver must not throw", e);
        }
    }

    private boolean deliver(Mqtt3Publish message, String topic, byte[] payload) {
        if (topic.startsWith(topics.inbox)) {
            String from = topic.substring(topics.inbox.length());
            if (message.isRetain() || !Names.isValid(from)) { // kept by a broker: of another time
                return false;
            }
            if (payload.length == 0 && from.equals(topics.member)) {
                echoes.came(Echo.FRAME);
                return true;
            }
            receiver.frame(from, payload);
        } else if (topic.startsWith(topics.presences)) {
            String member = topic.substring(topics.presences.length());
            if (!Names.isValid(member)) {
                return false;
            }
            if (member.equals(topics.member)) {
                echoes.came(Echo.PRESENCE);
            }
            receiver.presence(member, payload);
        } else if (topic.equals(topics.hello.toString())) {
            echoes.came(Echo.HELLO);
            receiver.hello();
        } else {
            return false;
        }
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void drop() {
        dropped++;
    }
}
