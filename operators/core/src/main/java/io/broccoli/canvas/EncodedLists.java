package io.broccoli.canvas;

import io.broccoli.frame.Payload;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Lists in their encoded form. The wire format is MessagePack: a list is a header with its length, then its values; so lists are
 * joined by writing one header before the values of all, without decoding any.
 */
final class EncodedLists {

    private static final int FIX = 0x90;
    private static final int SHORT = 0xdc;
    private static final int LONG = 0xdd;

    private EncodedLists() {}

    /** @throws IllegalStateException if one of them is not a list */
    static Payload concat(List<Payload> lists) {
        long length = 0;
        int bytes = 5;
        for (Payload list : lists) {
            length += length(list);
            bytes += list.length();
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        if (length < 16) {
            all.put((byte) (FIX | length));
        } else if (length < 1 << 16) {
            all.put((byte) SHORT).putShort((short) length);
        } else {
            all.put((byte) LONG).putInt(Math.toIntExact(length));
        }
        for (Payload list : lists) {
            int header = headerBytes(list);
            all.put(list.array(), list.offset() + header, list.length() - header);
        }
        return Payload.of(all.array(), 0, all.position());
    }

    private static long length(Payload list) {
        return switch (headerBytes(list)) {
            case 1 -> list.array()[list.offset()] & 0xf;
            case 3 -> buffer(list).getShort() & 0xffff;
            default -> buffer(list).getInt() & 0xffff_ffffL;
        };
    }

    private static ByteBuffer buffer(Payload list) {
        return ByteBuffer.wrap(list.array(), list.offset() + 1, list.length() - 1);
    }

    private static int headerBytes(Payload list) {
        int first = list.isEmpty() ? 0 : list.array()[list.offset()] & 0xff;
        int bytes = (first & 0xf0) == FIX ? 1 : first == SHORT ? 3 : first == LONG ? 5 : 0;
        if (bytes == 0 || list.length() < bytes) {
            throw new IllegalStateException("the result of a chunk is not a list");
        }
        return bytes;
    }
}
