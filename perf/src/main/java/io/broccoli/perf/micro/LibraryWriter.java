package io.broccoli.perf.micro;

import java.io.IOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.core.buffer.ArrayBufferInput;

/** The bytes of a TASKS frame of rows by msgpack-core, with a packer and an unpacker that are used again. */
final class LibraryWriter {

    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    private final ArrayBufferInput input = new ArrayBufferInput(new byte[0]);
    private final MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(input);

    byte[] tasks(Batch batch, int head) throws IOException {
        packer.clear();
        packer.packArrayHeader(8)
                .packInt(head)
                .packLong(Batch.PRODUCER_EPOCH)
                .packLong(Batch.LINK_EPOCH)
                .packLong(Batch.CTL)
                .packInt(Batch.WANT)
                .packLong(Batch.FIRST_SEQ)
                .packLong(Batch.FIRST_ID)
                .packArrayHeader(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            packer.packArrayHeader(3)
                    .packInt(Batch.FUNCTION)
                    .packInt(batch.x(i))
                    .packInt(batch.y(i));
        }
        return packer.toByteArray();
    }

    long sumOfTasks(byte[] frame) throws IOException {
        input.reset(frame);
        unpacker.reset(input);
        int fields = unpacker.unpackArrayHeader() - 1;
        for (int i = 0; i < fields; i++) {
            unpacker.unpackLong();
        }
        int size = unpacker.unpackArrayHeader();
        long sum = 0;
        for (int i = 0; i < size; i++) {
            unpacker.unpackArrayHeader();
            unpacker.unpackInt();
            sum += unpacker.unpackInt() + unpacker.unpackInt();
        }
        return sum;
    }
}
