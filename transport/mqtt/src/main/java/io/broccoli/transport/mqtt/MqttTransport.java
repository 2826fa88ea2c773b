package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.mqtt.BrokerAddress.Host;
import io.broccoli.transport.mqtt.Echoes.Echo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Carries frames over a broker: one topic for each pair of members, one kept message for each member's presence.
 *
 * <p>While there is no connection, sends and hellos end with a {@link BrokerConnectionException} at once, and those that were under
 * way when it was lost do so too: nothing stale is sent later. Announcements wait for the next connection. The receiver is called,
 * and sends end, on an event loop that all transports of the process share: neither may block.
 */
final class MqttTransport implements Transport {

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_FORGET = Duration.ofSeconds(2);
    private static final byte[] NOTHING = {};
    private static final String CHECK = "; \"broccoli check\" tries the rules of a user";
    private static final Logger LOG = Loggers.getLogger(MqttTransport.class);

    private final BrokerAddress address;
    private final Topics topics;
    private final boolean acknowledged;
    private final ClientFactory factory;
    private final Failures failures;
    private final Outbox outbox;
    private final Echoes echoes;
    private final Presence presence;
    private final Mono<Void> closing;
    private volatile @Nullable BrokerLink link;
    private volatile @Nullable Inbox inbox;
    private boolean closed; // under this object's lock, like start
    private volatile boolean forget;

    /** @throws IllegalArgumentException if a file of the options cannot be used */
    MqttTransport(BrokerAddress address, Topics topics, ConnectOptions options) {
        this.address = address;
        this.topics = topics;
        acknowledged = options.qos() == 1;
        factory = new ClientFactory(address, topics, options);
        failures = new Failures(address, topics);
        outbox = new Outbox(error -> failures.unsent(broker(), error), failures.notYet());
        echoes = new Echoes(topics, Schedulers.parallel(), rule -> LOG.error("{}", failures.dropped(broker(), rule)));
        presence = new Presence(outbox, topics, echoes);
        closing = Mono.defer(this::leave).cache();
    }

    @Override
    public synchronized void start(byte @Nullable [] will, Receiver receiver) {
        if (link != null || closed) {
            throw new IllegalStateException(closed ? "the transport is closed" : "the transport was started already");
        }
        Inbox in = new Inbox(topics, receiver, BrokerAddress.MOST_MAX_FRAME, echoes);
        inbox = in;
        BrokerLink made = new BrokerLink(
                address,
                factory,
                failures,
                new BrokerLink.Session(subscriptions(), will),
                outbox,
                in,
                new LinkListener(receiver));
        link = made;
        made.start();
    }

    /**
     * None at a higher QoS than the frames: for QoS 1 RabbitMQ keeps a queue on the broker where the member first was, and refuses
     * the member at all others while that broker is down. A presence that is lost is asked for again, by hello.
     */
    private Mqtt3Subscribe subscriptions() {
        MqttQos qos = acknowledged ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE;
        return Mqtt3Subscribe.builder()
                .addSubscription(subscription(topics.inbox + "#", qos))
                .addSubscription(subscription(topics.presences + "+", qos))
                .addSubscription(subscription(topics.hello.toString(), MqttQos.AT_MOST_ONCE))
                .build();
    }

    private static Mqtt3Subscription subscription(String filter, MqttQos qos) {
        return Mqtt3Subscription.builder().topicFilter(filter).qos(qos).build();
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        if (frame.length > address.maxFrame()) {
            return Mono.error(new IllegalArgumentException("a frame of " + frame.length + " bytes to '" + to
                    + "'; at most " + address.maxFrame() + " can be carried"));
        }
        try {
            Publication publication = new Publication(outbox, topics.to(to), frame, acknowledged, false);
            outbox.frameTo(to);
            return publication;
        } catch (IllegalArgumentException e) {
            return Mono.error(e);
        }
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        return presence.announce(status);
    }

    @Override
    public Mono<Void> hello() {
        return Mono.defer(() -> {
            echoes.sent(Echo.HELLO);
            return new Publication(outbox, topics.hello, NOTHING, false, false);
        });
    }

    @Override
    public Mono<Void> close(boolean forget) {
        return Mono.defer(() -> {
            this.forget |= forget;
            return closing;
        });
    }

    private Mono<Void> leave() {
        BrokerLink open;
        synchronized (this) {
            closed = true;
            open = link;
        }
        Throwable cause = failures.closed(broker());
        Mono<Void> farewell = forget ? presence.forget().timeout(LONGEST_FORGET).onErrorComplete() : Mono.empty();
        return farewell.then(Mono.defer(() -> {
                    presence.close(cause);
                    outbox.end(cause);
                    echoes.forget();
                    return open == null ? Mono.<Void>empty() : open.close();
                }))
                .timeout(LONGEST_CLOSE)
                .onErrorComplete();
    }

    @Override
    public String requirements(String member) {
        return rulesTo(member) + " and write " + topics.inbox + member + CHECK;
    }

    @Override
    public String requirementsTo(String member) {
        return rulesTo(member) + CHECK;
    }

    private String rulesTo(String member) {
        return "the access rules of broker " + broker() + " must let '" + topics.member + "' " + topics.write(member)
                + ", and '" + member + "' read it";
    }

    @Override
    public int maxFrame() {
        return address.maxFrame();
    }

    private Host broker() {
        BrokerLink made = link;
        return made == null ? address.hosts().get(0) : made.broker();
    }

    @Override
    public String toString() {
        Inbox in = inbox;
        return "MqttTransport[" + topics.clientId() + " at " + broker() + ", under way " + outbox.held() + ", dropped "
                + (in == null ? 0 : in.dropped()) + "]";
    }

    /** Opens and shuts the outbox with the link; a receiver that throws does no harm. */
    private final class LinkListener implements BrokerLink.Listener {
        private final Receiver receiver;

        LinkListener(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void up() {
            outbox.open();
            presence.connected();
            echoes.sent(Echo.FRAME);
            new Publication(outbox, topics.to(topics.member), NOTHING, acknowledged, false)
                    .subscribe(null, lost -> {}); // with the connection, which is heard of
            guarded(receiver::connected);
        }

        @Override
        public void down(BrokerConnectionException cause) {
            outbox.shut(cause);
            echoes.lost(outbox.lastPeer());
            presence.disconnected();
            guarded(() -> receiver.disconnected(cause));
        }

        private void guarded(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.error("a receiver must not throw", e);
            }
        }
    }
}
