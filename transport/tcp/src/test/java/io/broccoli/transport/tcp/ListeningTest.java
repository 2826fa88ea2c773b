package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.Soon;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListeningTest {

    private static final InetAddress IPV6 = address("::1");

    private final Loops.One loop = Loops.acquire();
    private final CountDownLatch accepted = new CountDownLatch(2);

    @AfterEach
    void end() {
        Loops.release();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, IPV6)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aMemberThatOthersMaySeeByEitherKindOfAddressListensAtBoth() throws Exception {
        assumeTrue(hasIpv6());
        TcpSettings settings = TcpSettings.parse(URI.create("tcp://[2001:db8::7]:7470"), ConnectOptions.DEFAULTS);
        Listening listening = new Listening(
                settings,
                new Endpoint(loop, null, Soon.MOST),
                channel -> {
                    accepted.countDown();
                    channel.close();
                },
                channel -> {
                    throw new AssertionError("it was closed");
                });
        listening.start().block(Soon.MOST);
        int port = listening.advertised().port();
        assertThat(listening.advertised()).isEqualTo(new Host("", port));
        for (InetAddress each : new InetAddress[] {IPV6, address("127.0.0.1")}) {
            new Socket(each, port).close();
        }
        assertThat(accepted.await(Soon.MOST.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        loop.loop().submit(listening::close).get();
    }
}
