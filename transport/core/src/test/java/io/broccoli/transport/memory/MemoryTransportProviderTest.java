package io.broccoli.transport.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

class MemoryTransportProviderTest {

    @Test
    @Timeout(60)
    void membersOfTheSameUriAndClusterMeet() {
        Listener b = new Listener(new MemoryTransportProvider(), "b").start(null);
        Transport a = open("memory:test", "cluster");
        Transport elsewhere = open("memory:other", "cluster");
        Transport stranger = open("memory:test", "another");
        for (Transport transport : new Transport[] {a, elsewhere, stranger}) {
            transport.start(null, new Listener(new MemoryNetwork(), "unused"));
            transport.send("b", "x".getBytes(UTF_8)).block();
        }
        b.transport.send("b", "last".getBytes(UTF_8)).block();
        while (!b.heard.contains("b:last")) {
            Thread.onSpinWait();
        }
        assertThat(b.news()).containsExactly("connected", "a:x", "b:last");
        Mono.when(a.close(true), elsewhere.close(true), stranger.close(true), b.transport.close(true))
                .block();
    }

    @Test
    void aNetworkIsForgottenWithItsLastMember() {
        Transport a = open("memory:short", "cluster");
        a.start(null, new Listener(new MemoryNetwork(), "unused"));
        a.announce(new byte[] {1}).block();
        a.close(false).block();
        a.close(false).block();
        Transport b = open("memory:short", "cluster");
        Listener listener = new Listener(new MemoryNetwork(), "unused");
        b.start(null, listener);
        b.send("a", "x".getBytes(UTF_8)).block();
        b.announce("b".getBytes(UTF_8)).block();
        while (!listener.heard.contains("a=b")) {
            Thread.onSpinWait();
        }
        assertThat(listener.news()).containsExactly("connected", "a:x", "a=b");
        b.close(true).block();
    }

    private static Transport open(String uri, String cluster) {
        TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.schemes().contains("memory"))
                .findFirst()
                .orElseThrow();
        return provider.open(URI.create(uri), cluster, "a", ConnectOptions.DEFAULTS);
    }
}
