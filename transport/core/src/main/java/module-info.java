/** MessagePack for frames and payloads, and the transport in memory ({@code memory:}) with its fault plan. */
module io.broccoli.transport.core {
    requires transitive io.broccoli.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jdk8;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires static transitive org.jspecify;

    // MessagePack is not required here: its two jars state no module names, and a name that the JVM derives from a file
    // changes with the file. Mappers loads it by the name of a class.

    exports io.broccoli.transport.codec;
    exports io.broccoli.transport.memory;

    provides io.broccoli.spi.FrameCodec with
            io.broccoli.transport.codec.MessagePackFrameCodec;
    provides io.broccoli.spi.PayloadCodec with
            io.broccoli.transport.codec.MessagePackPayloadCodec;
    provides io.broccoli.spi.TransportProvider with
            io.broccoli.transport.memory.MemoryTransportProvider;
}
