package io.broccoli.perf.micro;

import java.util.Arrays;

/** The bytes of a TASKS frame of rows, written by hand for this one kind of call: what a codec can at best come near to. */
final class HandWriter {

    private byte[] bytes = new byte[1 << 16];
    private int at;

    /** @param head the first number of the frame */
    byte[] tasks(Batch batch, int head) {
        at = 0;
        array(8);
        number(head);
        number(Batch.PRODUCER_EPOCH);
        number(Batch.LINK_EPOCH);
        number(Batch.CTL);
        number(Batch.WANT);
        number(Batch.FIRST_SEQ);
        number(Batch.FIRST_ID);
        array(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            bytes[at++] = (byte) 0x93;
            bytes[at++] = Batch.FUNCTION;
            number(batch.x(i));
            number(batch.y(i));
        }
        return Arrays.copyOf(bytes, at);
    }

    private void array(int size) {
        if (size < 16) {
            bytes[at++] = (byte) (0x90 | size);
        } else {
            bytes[at++] = (byte) 0xdc;
            big(size, 2);
        }
    }

    private void number(long value) {
        if (value < 128) {
            bytes[at++] = (byte) value;
        } else if (value < 1 << 8) {
            bytes[at++] = (byte) 0xcc;
            big(value, 1);
        } else if (value < 1 << 16) {
            bytes[at++] = (byte) 0xcd;
            big(value, 2);
        } else if (value < 1L << 32) {
            bytes[at++] = (byte) 0xce;
            big(value, 4);
        } else {
            bytes[at++] = (byte) 0xcf;
            big(value, 8);
        }
    }

    private void big(long value, int size) {
        for (int shift = 8 * size - 8; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >> shift);
        }
    }
}
