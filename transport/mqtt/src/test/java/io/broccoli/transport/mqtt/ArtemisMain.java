package io.broccoli.transport.mqtt;

import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** An ActiveMQ Artemis in a process of its own, which can be killed. It ends with the process that started it. */
final class ArtemisMain {

    private ArtemisMain() {}

    /** The only argument is the URL of its broker.xml. */
    public static void main(String[] args) throws Exception {
        new EmbeddedActiveMQ().setConfigResourcePath(args[0]).start();
        while (System.in.read() >= 0) {
            // nothing is asked
        }
        Runtime.getRuntime().halt(0);
    }
}
