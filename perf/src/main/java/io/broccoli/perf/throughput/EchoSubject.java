package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.tcp.TcpClient;

/** What a round trip takes at least: 64 bytes to another process and back by Reactor Netty, one at a time. */
final class EchoSubject implements Subject, AutoCloseable {

    private static final int BYTES = 64;
    private static final long LONGEST_SECONDS = 120;

    private final Connection connection;
    private final Processes processes;
    private volatile @Nullable Rounds current;

    EchoSubject(int port, Processes processes) {
        this.processes = processes;
        connection = TcpClient.newConnection()
                .host("127.0.0.1")
                .port(port)
                .option(ChannelOption.TCP_NODELAY, true)
                .doOnConnected(made -> {
                    made.channel().pipeline().addBefore(NettyPipeline.ReactiveBridge, "rounds", new Heard());
                    made.channel().config().setAutoRead(true);
                })
                .connectNow();
    }

    @Override
    public String name() {
        return "raw echo";
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Done run(Load load) throws InterruptedException {
        Rounds rounds = new Rounds(load.items(), connection.channel());
        current = rounds;
        long start = System.nanoTime();
        connection.channel().eventLoop().execute(rounds::next);
        if (!rounds.done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no end after " + LONGEST_SECONDS + " s");
        }
        long nanos = System.nanoTime() - start;
        return new Done(load.items(), nanos, rounds.latencies, 2.0 * load.items(), 2.0 * BYTES * load.items());
    }

    @Override
    public void close() {
        connection.disposeNow();
    }

    /** On the event loop. */
    private static final class Rounds {
        final CountDownLatch done = new CountDownLatch(1);
        final Latencies latencies = new Latencies();
        private final Channel channel;
        private int left;
        private int missing;
        private long sentAt;

        Rounds(int items, Channel channel) {
            this.left = items;
            this.channel = channel;
        }

        void next() {
            missing = BYTES;
            sentAt = System.nanoTime();
            channel.writeAndFlush(channel.alloc().ioBuffer(BYTES).writeZero(BYTES), channel.voidPromise());
        }

        void heard(int bytes) {
            missing -= bytes;
            if (missing == 0) {
                latencies.record(System.nanoTime() - sentAt);
                if (--left == 0) {
                    done.countDown();
                } else {
                    next();
                }
            }
        }
    }

    private final class Heard extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            Rounds rounds = current;
            if (rounds != null) {
                rounds.heard(bytes.readableBytes());
            }
        }
    }
}
