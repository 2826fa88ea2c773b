package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.memory.MemoryNetwork;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Members on two networks; those of the contract say in words that they are gone. */
record ManyTestNetwork(MemoryNetwork first, MemoryNetwork second, Promises promises) implements TestNetwork {

    static boolean isGone(byte[] status) {
        return new String(status, StandardCharsets.UTF_8).endsWith("is gone");
    }

    @Override
    public ManyTransport open(String cluster, String member) {
        URI uri = URI.create("memory:test");
        return new ManyTransport(
                List.of(
                        first.open(uri, cluster, member, ConnectOptions.DEFAULTS),
                        second.open(uri, cluster, member, ConnectOptions.DEFAULTS)),
                ManyTestNetwork::isGone,
                status -> false,
                System::nanoTime);
    }

    @Override
    public Distant distant(String cluster, String member) {
        ManyTransport transport = open(cluster, member);
        return new Distant(transport, new Way() {
            @Override
            public void cut() {
                Soon.holds(() -> assertThat(transport.standing()).isEqualTo(2)); // else the late one would come and go
                breakForEver();
                Soon.holds(
                        () -> assertThat(transport.standing()).isZero()); // else it would have gone on over the other
                first.restore(member);
                second.restore(member);
            }

            @Override
            public void breakForEver() {
                first.cut(member);
                second.cut(member);
            }

            @Override
            public void stall(boolean value) {
                throw new UnsupportedOperationException("it has no sockets");
            }
        });
    }
}
