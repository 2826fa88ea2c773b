/** The transport over a broker for MQTT 3.1.1: {@code mqtt:} and {@code mqtts:}. */
// The HiveMQ client and RxJava have no module-info, but state their names in their manifests.
@SuppressWarnings("requires-automatic")
module io.broccoli.transport.mqtt {
    requires transitive io.broccoli.core;
    requires com.hivemq.client.mqtt;
    requires io.netty.common;
    requires io.reactivex.rxjava2;
    requires static transitive org.jspecify;

    // For the client: without a module-info it cannot require what it needs, and nobody else would.
    requires io.netty.handler;
    requires org.jctools.core;

    exports io.broccoli.transport.mqtt;

    provides io.broccoli.spi.TransportProvider with
            io.broccoli.transport.mqtt.MqttTransportProvider;
}
