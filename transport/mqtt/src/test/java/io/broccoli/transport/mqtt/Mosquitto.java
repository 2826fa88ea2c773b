package io.broccoli.transport.mqtt;

/** A mosquitto of its own for a test. */
public final class Mosquitto {

    private static final String NAME = "mosquitto";
    private static final String COMMON = """
            user root
            persistence false
            set_tcp_nodelay true
            max_queued_messages 0
            max_inflight_messages 0
            listener %d 127.0.0.1
            """;

    private Mosquitto() {}

    /** Not started yet. */
    public static BrokerProcess prepare(String... settings) {
        int port = Ports.free();
        return Program.configured(
                NAME, Program.newFolder(), port, COMMON.formatted(port) + String.join("\n", settings) + "\n");
    }

    /** One that anybody may use. */
    public static BrokerProcess open() {
        BrokerProcess broker = prepare("allow_anonymous true");
        broker.start();
        return broker;
    }

    /** Skips the test where there is none, unless there must be one. */
    public static void assumeInstalled() {
        Program.assumeInstalled(NAME);
    }
}
