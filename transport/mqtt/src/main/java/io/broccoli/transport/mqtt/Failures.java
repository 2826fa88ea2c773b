package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import io.broccoli.transport.mqtt.BrokerAddress.Host;
import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words of the user what went wrong between a member and its broker. */
final class Failures {

    /** What Netty's native sockets, where they are on the class path, say before the words of the system. */
    private static final Pattern NATIVE = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private final BrokerAddress address;
    private final Topics topics;

    Failures(BrokerAddress address, Topics topics) {
        this.address = address;
        this.topics = topics;
    }

    BrokerConnectionException notYet() {
        String broker = address.hosts().get(0).toString();
        return new BrokerConnectionException(
                broker, Reason.NOT_CONNECTED, "not connected to broker " + broker + " yet", null);
    }

    BrokerConnectionException closed(Host broker) {
        return new BrokerConnectionException(
                broker.toString(), Reason.NOT_CONNECTED, "the connection to broker " + broker + " was closed", null);
    }

    BrokerConnectionException unsent(Host broker, Throwable cause) {
        return new BrokerConnectionException(
                broker.toString(),
                Reason.LOST,
                "the connection to broker " + broker + " was lost before it took the frame: " + words(cause),
                cause);
    }

    BrokerConnectionException lost(Host broker, Throwable cause) {
        return new BrokerConnectionException(
                broker.toString(), Reason.LOST, "lost the connection to broker " + broker + ": " + words(cause), cause);
    }

    /** @param sent knows what was sent before */
    BrokerConnectionException twin(Host broker, int times, Outbox sent, Throwable cause) {
        int largest = sent.largest();
        String peer = sent.lastPeer();
        return new BrokerConnectionException(
                broker.toString(),
                Reason.NAME_TAKEN,
                "broker " + broker + " ended the connection " + times
                        + " times in a row right after the login; most likely"
                        + " another member of cluster '" + topics.cluster + "' also calls itself '" + topics.member
                        + "', and each login throws the other one out; or it ends the connection because this member"
                        + " published what its user may not"
                        + (peer == null ? "" : " (its last frame was for '" + peer + "': " + topics.write(peer) + ")")
                        + ": \"broccoli check\" tries the rules"
                        + (largest <= Outbox.SMALL
                                ? ""
                                : "; or because a message was too large (the largest one had " + largest
                                        + " bytes; maxFrame sets a limit)"),
                cause);
    }

    BrokerConnectionException unsubscribed(Host broker, @Nullable Throwable cause) {
        return unsubscribed(broker, "refused " + who() + " a subscription", cause);
    }

    /** Some brokers close the connection instead of refusing. */
    BrokerConnectionException cutAtSubscribing(Host broker, int times, Throwable cause) {
        return unsubscribed(
                broker, "closed the connection " + times + " times in a row when " + who() + " subscribed", cause);
    }

    private BrokerConnectionException unsubscribed(Host broker, String how, @Nullable Throwable cause) {
        return new BrokerConnectionException(
                broker.toString(),
                Reason.SUBSCRIPTION_REFUSED,
                "broker " + broker + " " + how + " under " + topics.inbox + ", " + topics.presences + " or "
                        + topics.hello + "; its access rules must allow them; a NATS server "
                        + (topics.hasDotOrSpace()
                                ? "takes no names with a dot or a space"
                                : "refuses them for a while after one of its cluster died"),
                cause);
    }

    /** What a member published did not come back to it. */
    String dropped(Host broker, String rule) {
        return "broker " + broker + " drops what " + who() + " publishes as member '" + topics.member
                + "', does not deliver it, or closes the connection at it: its access rules must allow this user to "
                + rule
                + ". \"broccoli check\" tries each rule";
    }

    /**
     * An attempt to connect did not succeed.
     *
     * @param will bytes of the will, which some brokers refuse if it is too large for them
     */
    BrokerConnectionException failed(Host broker, int will, Throwable thrown) {
        Throwable cause =
                thrown instanceof ConnectionFailedException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof Mqtt3ConnAckException refusal) {
            String limit = will <= Outbox.SMALL
                    ? ""
                    : "; or its limits forbid a message of " + will + " bytes, as its presence has";
            return of(broker, Reason.REFUSED, refused(broker, refusal, will > 0) + limit, cause);
        }
        SSLException tls = find(SSLException.class, cause);
        if (tls != null) {
            return of(broker, Reason.TLS, "TLS with broker " + broker + " failed: " + words(tls), cause);
        }
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return of(broker, Reason.UNKNOWN_HOST, "the host of broker " + broker + " is unknown", cause);
        }
        if (cause instanceof ConnectException) {
            return of(broker, Reason.UNREACHABLE, "cannot reach broker " + broker + ": " + words(cause), cause);
        }
        String hint = (address.tls() ? " (" : " (does it want TLS? then write mqtts: - or ")
                + "a NATS server does so when another member also calls itself '" + topics.member + "')";
        return of(
                broker,
                Reason.UNREACHABLE,
                "broker " + broker + " did not answer the login: " + words(cause) + hint,
                cause);
    }

    private static BrokerConnectionException of(Host broker, Reason reason, String message, Throwable cause) {
        return new BrokerConnectionException(broker.toString(), reason, message, cause);
    }

    private String refused(Host broker, Mqtt3ConnAckException refusal, boolean hasWill) {
        String start = "broker " + broker + " refused the login of " + who() + ": ";
        return switch (refusal.getMqttMessage().getReturnCode()) {
            case BAD_USER_NAME_OR_PASSWORD -> start + "wrong user name or password";
            case NOT_AUTHORIZED ->
                start
                        + (address.username() == null
                                ? "it wants a user name and a password"
                                : "not authorized, or a wrong password" + (hasWill ? ofWill() : ""));
            case IDENTIFIER_REJECTED ->
                start + "it does not accept the client id '" + topics.clientId() + "'" + unlikeItsUser();
            case UNSUPPORTED_PROTOCOL_VERSION -> start + "it does not speak MQTT 3.1.1";
            case SERVER_UNAVAILABLE -> start + "it is not available at the moment";
            case SUCCESS -> start + words(refusal);
        };
    }

    private String ofWill() {
        return "; or its access rules do not allow this user to write " + topics.presence
                + " (its presence: the login of a node brings its will, which goes there)";
    }

    private String unlikeItsUser() {
        String user = address.username();
        return user == null || user.equals(topics.member)
                ? ""
                : "; a broker with a user for each member admits member '" + user + "' only";
    }

    private String who() {
        return address.username() == null ? "a member without user name" : "user '" + address.username() + "'";
    }

    private static String words(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof ClosedChannelException) {
            return "it was closed";
        }
        String message = deepest.getMessage();
        return message == null
                ? deepest.getClass().getSimpleName()
                : NATIVE.matcher(message).replaceFirst("");
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}
