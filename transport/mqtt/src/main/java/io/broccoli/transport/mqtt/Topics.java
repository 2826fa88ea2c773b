package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The topics of one member of one cluster, under {@code broccoli/{cluster}/}. May be used from any thread. */
final class Topics {

    /** Beyond this many peers topics are made anew for each frame instead of being remembered. */
    private static final int MAX_REMEMBERED = 8_192;

    final String cluster;
    final String member;
    /** Before the name of the sender of a frame to this member. */
    final String inbox;
    /** Before the name of a member whose presence it is. */
    final String presences;

    final MqttTopic presence;
    final MqttTopic hello;
    final String inboxes;
    private final String sender;
    private final Map<String, MqttTopic> peers = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if one of them cannot be a name */
    Topics(String cluster, String member) {
        this.cluster = Names.check("cluster", cluster);
        this.member = Names.check("member", member);
        if (cluster.indexOf(':') >= 0) {
            throw new IllegalArgumentException("cluster '" + cluster + "': the name of a cluster must not contain :");
        }
        String root = "broccoli/" + cluster + "/";
        inboxes = root + "i/";
        inbox = inboxes + member + "/";
        sender = "/" + member;
        presences = root + "p/";
        presence = MqttTopic.of(presences + member);
        hello = MqttTopic.of(root + "hello");
    }

    /** With the cluster before it, so that a broker can serve several; a colon, because a slash can upset a broker's ACL. */
    String clientId() {
        return cluster + ":" + member;
    }

    /** In the names: MQTT allows them, a broker that makes something else of topics may not. */
    boolean hasDotOrSpace() {
        return clientId().indexOf('.') >= 0 || clientId().indexOf(' ') >= 0;
    }

    /** What this member must be allowed to do so that its frames reach another one. */
    String write(String peer) {
        return "write " + inboxes + peer + sender;
    }

    /** @throws IllegalArgumentException if it cannot be the name of a member */
    MqttTopic to(String peer) {
        MqttTopic known = peers.get(peer);
        if (known != null) {
            return known;
        }
        MqttTopic made = MqttTopic.of(inboxes + Names.check("member", peer) + sender);
        if (peers.size() < MAX_REMEMBERED) {
            peers.put(peer, made);
        }
        return made;
    }
}
