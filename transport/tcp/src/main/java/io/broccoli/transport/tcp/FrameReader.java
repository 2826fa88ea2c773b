package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts what comes into messages: four bytes with the length of what follows, the kind, the body. A length is looked at before
 * anything is kept for it; what is kept are bytes that came.
 */
final class FrameReader extends ByteToMessageDecoder {

    static final int HEADER = Integer.BYTES + 1;

    /** On the event loop. */
    interface Sink {
        /** The longest body that is taken now. */
        int longest();

        /** Some bytes, of messages that follow when they are whole. */
        void came();

        void message(Kind kind, byte[] body);

        void writable();

        /** Bytes were no messages. */
        void broken(MalformedFrameException why);

        /** The connection will be closed for this. */
        void failed(Throwable cause);
    }

    private final Sink sink;
    private boolean ended;

    FrameReader(Sink sink) {
        this.sink = sink;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> nothing) {
        sink.came();
        while (!ended && in.readableBytes() >= HEADER) {
            int length = in.getInt(in.readerIndex());
            if (length < 1 || length - 1 > sink.longest()) {
                breakOff(in, "a message of " + Integer.toUnsignedString(length) + " bytes");
                return;
            }
            if (in.readableBytes() - Integer.BYTES < length) {
                return;
            }
            in.skipBytes(Integer.BYTES);
            byte code = in.readByte();
            Kind kind = Kind.of(code);
            if (kind == null) {
                breakOff(in, "a message of kind " + code);
                return;
            }
            byte[] body = new byte[length - 1];
            in.readBytes(body);
            try {
                sink.message(kind, body);
            } catch (MalformedFrameException e) {
                ended = true;
                sink.broken(e);
            }
        }
        if (ended) {
            in.skipBytes(in.readableBytes());
        }
    }

    private void breakOff(ByteBuf in, String what) {
        ended = true;
        in.skipBytes(in.readableBytes());
        sink.broken(new MalformedFrameException(what));
    }

    /** The decoder's own would read on while reading is off, for it takes a message that was handed over for one that is not whole yet. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        discardSomeReadBytes();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        sink.writable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        sink.failed(cause);
        context.close();
    }

    /** The rest of a message will never come. */
    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        ended = true;
        super.channelInactive(context);
    }
}
