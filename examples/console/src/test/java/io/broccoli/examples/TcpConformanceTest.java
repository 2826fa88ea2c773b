package io.broccoli.examples;

import io.broccoli.transport.mqtt.Ports;
import java.net.URI;

/** Without a broker: the first node listens at the port, all others find each other there. */
class TcpConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create("tcp://127.0.0.1:" + Ports.free());
    }
}
