package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Site;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The red team at a broker with TLS, users and the rules of docs/security: what mallory tries there beside the rest. */
abstract class RedTeamBrokerContract extends RedTeamContract {

    private static final String ROOT = "broccoli/" + CLUSTER + "/";
    private static final int FORGED = 1_000;
    private static final int LARGE = 1 << 20;

    abstract int port();

    abstract Path ca();

    @Override
    TransportProvider provider() {
        return new MqttTransportProvider();
    }

    @Override
    String uri() {
        return "mqtts://127.0.0.1:" + port();
    }

    @Override
    ConnectOptions connecting(String user) {
        return ConnectOptions.DEFAULTS
                .withCredentials(user, "secret-of-" + user)
                .withTls(new Tls(ca(), null, null));
    }

    @Override
    List<Attack> attacks() {
        return Stream.concat(
                        super.attacks().stream(),
                        Stream.of(
                                Attack.of("publishes in the names of others", "not passed on", this::publishAsOthers),
                                Attack.of("leaves a will in the name of another", "not passed on", this::leaveWills),
                                Attack.of(
                                        "announces a thousand names", "none is passed on or kept", this::keepPresences),
                                Attack.of("takes the client id of another", "throws out nobody", this::takeClientIds),
                                Attack.of("subscribes to what others are sent", "hears nothing", this::listen),
                                Attack.of("sends a megabyte, and frames to be kept", "dropped", this::sendLarge)))
                .toList();
    }

    /** @param clientId as what she comes, with her own user name and password */
    private Intruder intruder(String clientId) throws Exception {
        return new Intruder(port(), ca(), MALLORY, clientId, null);
    }

    private Intruder intruder() throws Exception {
        return intruder(CLUSTER + ":" + MALLORY);
    }

    private byte[] status(String name, MemberState state) {
        return HostileMember.encoded(status(name, 1L << 37, state, Site.UNKNOWN));
    }

    private void publishAsOthers() throws Exception {
        byte[] bye = HostileMember.encoded(new Frame.Bye(1L << 37)); // would end ann's link, or node-1 for ann
        for (boolean retain : new boolean[] {false, true}) {
            for (String topic :
                    List.of("i/node-1/ann", "i/ann/node-1", "i/ann/mallory/node-1", "i/node-1/ann/mallory")) {
                try (Intruder mallory = intruder()) { // some brokers end the connection
                    mallory.publish(ROOT + topic, bye, retain);
                }
            }
            for (MemberState state : MemberState.values()) {
                try (Intruder mallory = intruder()) {
                    mallory.publish(ROOT + "p/node-1", status(NODE, state), retain);
                }
            }
            try (Intruder mallory = intruder()) {
                mallory.publish(ROOT + "p/node-1", new byte[0], retain);
            }
        }
        assertNobodyElseIsAnnounced();
    }

    /** To somebody who comes now: what a broker kept is told, too. */
    private void assertNobodyElseIsAnnounced() {
        try (HostileMember mallory = mallory()) {
            assertThat(mallory.announced).containsOnlyKeys(NODE);
            assertThat(mallory.status(NODE).bootEpoch())
                    .isEqualTo(ann().nodes().get(0).bootEpoch());
            assertThat(mallory.status(NODE).state()).isEqualTo(MemberState.ACTIVE);
        }
    }

    private void leaveWills() throws Exception {
        long before = ann().stats().framesDropped();
        for (String topic : List.of("p/node-1", "i/node-1/ann", "p/mallory")) {
            try (Cable cable = new Cable(port());
                    Intruder dying = dying(cable, ROOT + topic)) {
                cable.breakForEver();
            }
        }
        // The last one is her own, and no presence. Ann hears of it after the others.
        Soon.holds(() -> assertThat(ann().stats().framesDropped()).isGreaterThan(before));
        assertNobodyElseIsAnnounced();
        try (Intruder mallory = intruder()) {
            mallory.publish(ROOT + "p/mallory", new byte[0], true);
        }
    }

    /** Null: the broker refused the connection because of its will. */
    private @Nullable Intruder dying(Cable cable, String will) throws Exception {
        try {
            return new Intruder(cable.port(), ca(), MALLORY, CLUSTER + ":" + MALLORY, will);
        } catch (ExecutionException refused) {
            return null;
        }
    }

    private void keepPresences() throws Exception {
        try (Intruder mallory = intruder()) {
            for (int i = 0; i < FORGED; i++) { // after the first one the connection may be gone
                mallory.publish(ROOT + "p/x" + i, status("x" + i, MemberState.ACTIVE), true);
            }
        }
        for (String topic : List.of("p/x", "p/mallory/x", "p/", "p", "q/mallory")) {
            try (Intruder mallory = intruder()) {
                mallory.publish(ROOT + topic, status("x", MemberState.ACTIVE), true);
            }
        }
        assertNobodyElseIsAnnounced();
        assertThat(ann().nodes()).hasSize(1);
    }

    private void takeClientIds() throws Exception {
        for (String id : List.of(CLUSTER + ":" + ANN, CLUSTER + ":" + NODE, ANN, NODE)) {
            try (Intruder taker = intruder(id)) {
                honestly();
                assertThat(taker.overheard).isEmpty();
            } catch (ExecutionException refused) {
                honestly();
            }
        }
    }

    private void listen() throws Exception {
        for (String filter : List.of(
                "#",
                "+/+/+/+/+",
                "broccoli/#",
                ROOT + "#",
                ROOT + "i/#",
                ROOT + "i/+/+",
                ROOT + "i/node-1/#",
                ROOT + "i/ann/node-1",
                "$share/them/" + ROOT + "i/ann/#",
                "$share/them/" + ROOT + "i/+/+")) {
            try (Intruder ear = intruder()) {
                ear.subscribe(filter);
                honestly();
                assertThat(ear.overheard).as(filter).noneMatch(each -> each.contains("/i/"));
            }
        }
    }

    /** Frames between node-1 and ann. */
    private void honestly() throws Exception {
        try (HonestStream more = honest()) {
            more.begin(NEXT).goesOn(5);
            more.ends();
        }
    }

    private void sendLarge() throws Exception {
        try (Intruder mallory = intruder()) {
            mallory.publish(ROOT + "i/node-1/mallory", new byte[LARGE], false);
            mallory.publish(ROOT + "i/ann/mallory", new byte[LARGE], false);
        }
        try (Intruder mallory = intruder()) {
            mallory.publish(ROOT + "p/mallory", new byte[LARGE], false);
            mallory.publish(ROOT + "i/node-1/mallory", HostileMember.encoded(new Frame.Bye(Long.MAX_VALUE)), true);
        }
    }
}
