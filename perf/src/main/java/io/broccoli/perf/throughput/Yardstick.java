package io.broccoli.perf.throughput;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/**
 * What somebody would write by hand on the same MQTT client and MessagePack library, without credits, routing, retries or order: a
 * message with a batch of {@code [id, [x, y]]} to one node after the other, a message with the batch of {@code [id, sum]} back.
 */
final class Yardstick implements Subject, AutoCloseable {

    private final Mqtt5AsyncClient client;
    private final int nodes;
    private final int qos;
    private final Processes processes;
    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    private volatile @Nullable YardstickRun current;

    Yardstick(String uri, int nodes, int qos, Processes processes) {
        this.nodes = nodes;
        this.qos = qos;
        this.processes = processes;
        this.client = YardstickClient.connect(uri);
        client.publishes(MqttGlobalPublishFilter.ALL, this::hear);
        client.subscribeWith()
                .topicFilter(YardstickClient.RESULTS)
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .join();
    }

    @Override
    public String name() {
        return "by hand";
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Done run(Load load) throws InterruptedException {
        YardstickRun run = new YardstickRun(load);
        current = run;
        MqttQos level = qos == 1 ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE;
        try {
            int messages = 0;
            for (int id = 0; id < load.items(); id += load.batch()) {
                run.awaitRoom();
                int to = Math.min(load.items(), id + load.batch());
                client.publishWith()
                        .topic(YardstickClient.tasks(messages % nodes))
                        .qos(level)
                        .payload(pack(run, id, to))
                        .send();
                messages++;
            }
            return run.await();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] pack(YardstickRun run, int from, int to) throws IOException {
        run.sent(from, to);
        packer.clear();
        packer.packArrayHeader(to - from);
        for (int id = from; id < to; id++) {
            packer.packArrayHeader(2).packInt(id);
            packer.packArrayHeader(2).packInt(id).packInt(Sums.ADDEND);
        }
        byte[] payload = packer.toByteArray();
        run.carried(payload.length);
        return payload;
    }

    /** On the event loop. */
    private void hear(Mqtt5Publish message) {
        YardstickRun run = current;
        if (run == null) {
            return;
        }
        try {
            byte[] payload = message.getPayloadAsBytes();
            MessageUnpacker in = MessagePack.newDefaultUnpacker(payload);
            int items = in.unpackArrayHeader();
            long now = System.nanoTime();
            for (int i = 0; i < items; i++) {
                in.unpackArrayHeader();
                int id = in.unpackInt();
                run.result(id, in.unpackInt(), now);
            }
            run.heard(payload.length);
        } catch (IOException | RuntimeException e) {
            run.fail(e);
        }
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
