package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.internal.network.ManyTransport;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What must hold over two brokers that know nothing of each other. */
public abstract class ManyBrokersContract extends TransportContract {

    /** Brokers that run, for all tests. */
    protected abstract List<? extends BrokerProcess> shared();

    /** A broker of this test's own; not started yet. */
    protected abstract BrokerProcess another();

    @Override
    protected final TestNetwork network() {
        return new Both();
    }

    private static Transport mqtt(String hosts, String cluster, String member) {
        return new MqttTransportProvider()
                .open(URI.create("mqtt://" + hosts), cluster, member, ConnectOptions.DEFAULTS);
    }

    private static boolean isGone(byte[] status) {
        return new String(status, StandardCharsets.UTF_8).endsWith("is gone");
    }

    private static Transport both(String cluster, String member, int first, int second) {
        List<Transport> networks =
                List.of(mqtt("127.0.0.1:" + first, cluster, member), mqtt("127.0.0.1:" + second, cluster, member));
        return new ManyTransport(networks, ManyBrokersContract::isGone, status -> false, System::nanoTime);
    }

    private final class Both implements TestNetwork {

        @Override
        public Transport open(String cluster, String member) {
            return both(cluster, member, shared().get(0).port(), shared().get(1).port());
        }

        @Override
        public Distant distant(String cluster, String member) {
            Cable first = closing(new Cable(shared().get(0).port()));
            Cable second = closing(new Cable(shared().get(1).port()));
            return new Distant(both(cluster, member, first.port(), second.port()), new Way() {
                @Override
                public void cut() {
                    Cable.cut(first, second); // one after the other would be no disconnection
                }

                @Override
                public void breakForEver() {
                    first.breakForEver();
                    second.breakForEver();
                }

                @Override
                public void stall(boolean value) {
                    first.stall(value);
                    second.stall(value);
                }
            });
        }

        @Override
        public Promises promises() {
            return new Promises(true, true, true, "broccoli-mqtt");
        }
    }

    private BrokerProcess started() {
        BrokerProcess broker = closing(another());
        broker.start();
        return broker;
    }

    private TestMember member(Transport transport, String name) {
        return closing(new TestMember(transport, name)).start(name + " is gone");
    }

    @Test
    void theDeathOfOneOfTwoIsNoDisconnectionAndNobodyIsGone() {
        BrokerProcess first = started();
        BrokerProcess second = started();
        TestMember a =
                member(both(cluster(), "a", first.port(), second.port()), "a").joined();
        TestMember b =
                member(both(cluster(), "b", first.port(), second.port()), "b").joined();
        TestMember only = member(mqtt("127.0.0.1:" + second.port(), cluster(), "only"), "only")
                .joined();
        for (TestMember each : List.of(a, b, only)) {
            each.announce(each.name + " is here");
        }
        meet(a, only);
        meet(only, b);
        first.stop();
        meet(a, b);
        meet(b, a);
        assertThat(a.presences).containsEntry("b", "b is here");
        first.start();
        TestMember watcher = member(mqtt("127.0.0.1:" + first.port(), cluster(), "watcher"), "watcher")
                .joined();
        Soon.holds(() ->
                assertThat(watcher.presences).containsEntry("a", "a is here").containsEntry("b", "b is here"));
        second.stop();
        meet(a, b);
        meet(b, a);
        assertThat(a.presences).containsEntry("b", "b is here");
        assertThat(a.disconnections).isEmpty();
        assertThat(b.disconnections).isEmpty();
        assertThat(a.connections).hasValue(1);
    }

    @Test
    void ofAListTheNextBrokerIsTakenAtOnceWhenOneDies() {
        BrokerProcess first = started();
        BrokerProcess second = started();
        String hosts = "127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port();
        TestMember a = member(mqtt(hosts, cluster(), "a"), "a").joined();
        TestMember b = member(mqtt(hosts, cluster(), "b"), "b").joined();
        a.announce("a is here");
        meet(b, a);
        first.stop();
        meet(b, a);
        assertThat(b.presences).containsEntry("a", "a is here");
        assertThat(a.transport.toString()).contains("at 127.0.0.1:" + second.port());
        assertThat(a.disconnections).hasSize(1); // one loss, and no attempt that failed
        first.start();
        second.stop();
        meet(b, a);
        assertThat(a.transport.toString()).contains("at 127.0.0.1:" + first.port());
    }
}
