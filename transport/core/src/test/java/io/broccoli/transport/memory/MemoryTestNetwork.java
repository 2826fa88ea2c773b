package io.broccoli.transport.memory;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.contract.TestNetwork;
import java.net.URI;

record MemoryTestNetwork(MemoryNetwork network, Promises promises) implements TestNetwork {

    @Override
    public Transport open(String cluster, String member) {
        return network.open(URI.create("memory:test"), cluster, member, ConnectOptions.DEFAULTS);
    }

    @Override
    public Distant distant(String cluster, String member) {
        return new Distant(open(cluster, member), new Way() {
            @Override
            public void cut() {
                network.cut(member);
                network.restore(member);
            }

            @Override
            public void breakForEver() {
                network.cut(member);
            }

            @Override
            public void stall(boolean value) {
                throw new UnsupportedOperationException("it has no sockets");
            }
        });
    }
}
