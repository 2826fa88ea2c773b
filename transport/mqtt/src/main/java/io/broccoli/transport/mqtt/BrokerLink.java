package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAck;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAckReturnCode;
import io.broccoli.transport.mqtt.BrokerAddress.Host;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One member's connection to a broker, made again whenever it ends, until it is closed. All is done on the event loop of the client,
 * but for {@link #start} and {@link #close}.
 *
 * <p>Nothing is left to the client's own memory of subscriptions: it would make them anew without saying when they stand. Each
 * connection has a fresh inbound flow, registered before it subscribes. The outbound flow is made with the first connection (before
 * that the client would block the subscriber) and lives as long as the link.
 */
@SuppressWarnings("CheckReturnValue") // flows end with the connection, and nobody cancels them
final class BrokerLink {

    /** Only to find sockets that are dead without a word; whether a peer lives is the credit protocol's business. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    private static final Mqtt3Connect CONNECT = Mqtt3Connect.builder()
            .cleanSession(true)
            .keepAlive(KEEP_ALIVE_SECONDS)
            .build();

    /** What happens to the link; on the event loop. */
    interface Listener {
        /** Connected, subscriptions stand; nothing was received over this connection before. */
        void up();

        void down(BrokerConnectionException cause);
    }

    private final BrokerAddress address;
    private final ClientFactory factory;
    private final Failures failures;
    private final Mqtt3Subscribe subscriptions;
    private final int will; // bytes
    private final Outbox outbox;
    private final Inbox inbox;
    private final Listener listener;
    private final Mqtt3RxClient client;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile boolean closed;
    private volatile Host broker;
    /** Opens when the pause before the next attempt is over, or the link is closed. */
    private volatile @Nullable CompletableFuture<Void> gate;

    // on the event loop
    private final Attempts attempts =
            new Attempts(() -> ThreadLocalRandom.current().nextDouble());
    private int hostIndex;
    private boolean draining;
    private boolean connected;
    private boolean subscribed;
    private int cutsAtSubscribing; // in a row
    private long connectedAt;
    private @Nullable BrokerConnectionException refusal;

    /** What each session with the broker begins with. */
    record Session(Mqtt3Subscribe subscriptions, byte @Nullable [] will) {}

    BrokerLink(
            BrokerAddress address,
            ClientFactory factory,
            Failures failures,
            Session session,
            Outbox outbox,
            Inbox inbox,
            Listener listener) {
        this.address = address;
        this.factory = factory;
        this.failures = failures;
        this.subscriptions = session.subscriptions();
        byte[] last = session.will();
        this.will = last == null ? 0 : last.length;
        this.outbox = outbox;
        this.inbox = inbox;
        this.listener = listener;
        broker = address.hosts().get(0);
        client = factory.client(session.will(), this::onConnected, this::onDisconnected);
    }

    /** Where it is connected to, or tries to be. */
    Host broker() {
        return broker;
    }

    void start() {
        client.connect(CONNECT).subscribe(ack -> {}, error -> {}); // the listeners hear of both
    }

    /** Ends the connection, or the attempts to have one. Completes when that is done; bounding the time is the caller's business. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            CompletableFuture<Void> pause = gate;
            if (pause != null) {
                pause.complete(null);
            }
            client.disconnect().subscribe(() -> {}, error -> {}); // fails if there is no connection
            return Mono.fromFuture(ended, true);
        });
    }

    private void onConnected(MqttClientConnectedContext context) {
        if (closed) {
            client.disconnect().subscribe(() -> {}, error -> {});
            return;
        }
        connected = true;
        subscribed = false;
        connectedAt = System.nanoTime();
        inbox.hold();
        // ends with the session; the listener hears of that
        client.publishes(MqttGlobalPublishFilter.ALL).subscribe(inbox::accept, error -> {});
        if (!draining) {
            draining = true;
            client.publish(outbox)
                    .subscribe(
                            outbox::result,
                            error -> outbox.resultsEnded(failures.unsent(broker, error)),
                            () -> outbox.resultsEnded(failures.closed(broker)));
        }
        client.subscribe(subscriptions).subscribe(this::onSubscribed, this::onUnsubscribed);
    }

    private void onSubscribed(Mqtt3SubAck ack) {
        if (ack.getReturnCodes().contains(Mqtt3SubAckReturnCode.FAILURE)) {
            refuse(null);
        } else {
            subscribed = true;
            cutsAtSubscribing = 0;
            listener.up();
            inbox.release();
        }
    }

    private void onUnsubscribed(Throwable error) {
        if (error instanceof Mqtt3SubAckException) {
            refuse(error);
        } // else the connection ended, which has been heard of
    }

    private void refuse(@Nullable Throwable error) {
        refusal = failures.unsubscribed(broker, error);
        client.disconnect().subscribe(() -> {}, gone -> {});
    }

    private void onDisconnected(MqttClientDisconnectedContext context) {
        BrokerConnectionException cause = explain(context);
        connected = false;
        refusal = null;
        MqttClientReconnector reconnector = context.getReconnector();
        if (closed) {
            reconnector.reconnect(false);
            ended.complete(null);
            return;
        }
        hostIndex = (hostIndex + 1) % address.hosts().size();
        broker = address.hosts().get(hostIndex);
        CompletableFuture<Void> pause = new CompletableFuture<>();
        gate = pause;
        reconnector
                .resubscribeIfSessionExpired(false)
                .republishIfSessionExpired(false)
                .transportConfig(factory.transport(broker))
                .delay(0, TimeUnit.MILLISECONDS) // the pause is the gate's, so that close need not wait for it
                .reconnectWhen(pause, (nothing, never) -> onPauseEnded(reconnector));
        Schedulers.parallel()
                .schedule(() -> pause.complete(null), attempts.pause().toMillis(), TimeUnit.MILLISECONDS);
        if (closed) { // close may not have seen the gate
            pause.complete(null);
        }
        listener.down(cause);
    }

    private void onPauseEnded(MqttClientReconnector reconnector) {
        gate = null;
        if (closed) {
            reconnector.reconnect(false);
            ended.complete(null);
        }
    }

    private BrokerConnectionException explain(MqttClientDisconnectedContext context) {
        Throwable cause = context.getCause();
        if (!connected) {
            attempts.failed();
            return failures.failed(broker, will, cause);
        }
        boolean silently = refusal == null && context.getSource() == MqttDisconnectSource.SERVER;
        attempts.lost(Duration.ofNanos(System.nanoTime() - connectedAt), silently);
        if (refusal != null) {
            return refusal;
        }
        if (!subscribed && ++cutsAtSubscribing >= Attempts.SUSPICIOUS) {
            return failures.cutAtSubscribing(broker, cutsAtSubscribing, cause);
        }
        return attempts.looksLikeTwin()
                ? failures.twin(broker, attempts.thrownOut(), outbox, cause)
                : failures.lost(broker, cause);
    }
}
