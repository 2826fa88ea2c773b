package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members at different nodes of a cluster of three. */
@Tag("brokers")
class NatsTest extends MqttContract {

    private static BrokerCluster nodes = BrokerCluster.of(List.of());

    private final AtomicInteger turn = new AtomicInteger();

    @BeforeAll
    static void start() {
        NatsServer.assumeInstalled();
        nodes = NatsServer.cluster(3);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Override
    protected BrokerProcess shared() {
        return nodes.brokers().get(turn.getAndIncrement() % nodes.brokers().size());
    }

    @Override
    protected BrokerProcess another() {
        return NatsServer.prepare();
    }

    /** It answers neither of two clients of one identifier any more. */
    @Override
    protected Reason reasonOfTwins() {
        return Reason.UNREACHABLE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shed.one", "shed one"})
    void aNameThatItDoesNotTakeIsNamedAsThePossibleCause(String name) {
        Member member = closing(Member.of(shared().port(), cluster(), name)).start(null);
        assertThat(member.firstDisconnection()).hasMessageContaining("takes no names with a dot or a space");
        assertThat(member.connections).hasValue(0);
    }
}
