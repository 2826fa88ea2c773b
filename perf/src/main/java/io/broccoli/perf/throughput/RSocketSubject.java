package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import reactor.core.publisher.Flux;

/** RSocket's request-channel to one process that adds: a payload for each item, W as the demand of both ends. */
final class RSocketSubject implements Subject, AutoCloseable {

    private static final byte[] NOTHING = new byte[0];

    private final RSocket socket;
    private final Processes processes;

    RSocketSubject(int port, Processes processes) {
        this.processes = processes;
        socket = Objects.requireNonNull(RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .connect(TcpClientTransport.create("127.0.0.1", port))
                .block());
    }

    @Override
    public String name() {
        return "RSocket channel";
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Done run(Load load) throws InterruptedException {
        YardstickRun run = new YardstickRun(new Load(load.items(), load.inFlight(), 1));
        MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
        Flux<Payload> items = Flux.range(0, load.items()).map(id -> pack(run, packer, id, load.inFlight()));
        socket.requestChannel(items).limitRate(load.inFlight()).subscribe(result -> hear(run, result), run::fail);
        return run.await();
    }

    private static Payload pack(YardstickRun run, MessageBufferPacker packer, int id, int inFlight) {
        try {
            run.sent(id, id + 1);
            packer.clear();
            packer.packArrayHeader(2).packInt(id);
            packer.packArrayHeader(2).packInt(id).packInt(Sums.ADDEND);
            byte[] payload = packer.toByteArray();
            run.carried(payload.length);
            byte[] metadata = id == 0
                    ? ByteBuffer.allocate(Integer.BYTES).putInt(inFlight).array()
                    : NOTHING;
            return ByteBufPayload.create(payload, metadata);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hear(YardstickRun run, Payload result) {
        try {
            byte[] data = ByteBufUtil.getBytes(result.sliceData());
            MessageUnpacker in = MessagePack.newDefaultUnpacker(data);
            in.unpackArrayHeader();
            run.result(in.unpackInt(), in.unpackInt(), System.nanoTime());
            run.heard(data.length);
        } catch (IOException | RuntimeException e) {
            run.fail(e);
        } finally {
            result.release();
        }
    }

    @Override
    public void close() {
        socket.dispose();
    }
}
