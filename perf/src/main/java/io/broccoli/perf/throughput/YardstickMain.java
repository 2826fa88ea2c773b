package io.broccoli.perf.throughput;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.broccoli.perf.process.ChildProcess;
import java.io.IOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** A node process of the yardstick: adds what comes, and answers a message with a message. Ends with its standard input. */
public final class YardstickMain {

    private final Mqtt5AsyncClient client;
    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

    private YardstickMain(Mqtt5AsyncClient client) {
        this.client = client;
    }

    /** Arguments: the broker's URI, the number of this node. */
    public static void main(String[] args) throws Exception {
        Mqtt5AsyncClient client = YardstickClient.connect(args[0]);
        YardstickMain node = new YardstickMain(client);
        client.publishes(MqttGlobalPublishFilter.ALL, node::answer);
        client.subscribeWith()
                .topicFilter(YardstickClient.tasks(Integer.parseInt(args[1])))
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .join();
        ChildProcess.ready();
        System.exit(0);
    }

    private void answer(Mqtt5Publish message) {
        try {
            MessageUnpacker in = MessagePack.newDefaultUnpacker(message.getPayloadAsBytes());
            packer.clear();
            int items = in.unpackArrayHeader();
            packer.packArrayHeader(items);
            for (int i = 0; i < items; i++) {
                in.unpackArrayHeader();
                int id = in.unpackInt();
                in.unpackArrayHeader();
                int sum = in.unpackInt() + in.unpackInt();
                packer.packArrayHeader(2).packInt(id).packInt(sum);
            }
            client.publishWith()
                    .topic(YardstickClient.RESULTS)
                    .qos(message.getQos())
                    .payload(packer.toByteArray())
                    .send();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
