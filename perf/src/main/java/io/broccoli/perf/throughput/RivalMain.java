package io.broccoli.perf.throughput;

import io.broccoli.perf.process.ChildProcess;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.io.IOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.NettyPipeline;
import reactor.netty.tcp.TcpServer;

/** The other end of what TCP is held against: RSocket that adds, and an echo that does nothing. Ends with its standard input. */
public final class RivalMain {

    private static final String HOST = "127.0.0.1";

    private RivalMain() {}

    /** Arguments: the port of RSocket, of the raw echo, of the echo of frames. */
    public static void main(String[] args) throws Exception {
        RSocketServer.create(SocketAcceptor.with(new Adding()))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .bindNow(TcpServerTransport.create(HOST, Integer.parseInt(args[0])));
        TcpServer.create()
                .host(HOST)
                .port(Integer.parseInt(args[1]))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .doOnConnection(connection -> {
                    connection.channel().pipeline().addBefore(NettyPipeline.ReactiveBridge, "echo", new Echo());
                    connection.channel().config().setAutoRead(true);
                })
                .bindNow();
        FrameEcho.answer(Integer.parseInt(args[2]));
        ChildProcess.ready();
        System.exit(0);
    }

    /** Takes as many as it works on: the first payload says how many. */
    private static final class Adding implements RSocket {
        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> items) {
            MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
            return Flux.from(items)
                    .switchOnFirst((first, all) -> {
                        Payload payload = first.get();
                        return all.limitRate(
                                payload == null ? 1 : payload.sliceMetadata().getInt(0));
                    })
                    .map(each -> answer(each, packer));
        }

        private static Payload answer(Payload payload, MessageBufferPacker packer) {
            try {
                MessageUnpacker in = MessagePack.newDefaultUnpacker(ByteBufUtil.getBytes(payload.sliceData()));
                packer.clear();
                in.unpackArrayHeader();
                int id = in.unpackInt();
                in.unpackArrayHeader();
                packer.packArrayHeader(2).packInt(id).packInt(in.unpackInt() + in.unpackInt());
                return ByteBufPayload.create(packer.toByteArray());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                payload.release();
            }
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            context.write(bytes, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
