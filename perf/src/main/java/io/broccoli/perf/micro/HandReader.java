package io.broccoli.perf.micro;

/** Reads what {@link HandWriter} writes; gives the sum of all arguments. */
final class HandReader {

    private static final int FIELDS_BEFORE_BODIES = 7;

    private byte[] bytes = new byte[0];
    private int at;

    long tasks(byte[] frame) {
        bytes = frame;
        at = 1;
        for (int i = 0; i < FIELDS_BEFORE_BODIES; i++) {
            number();
        }
        int tag = bytes[at++] & 0xff;
        int size = tag == 0xdc ? (int) big(2) : tag & 0x0f;
        long sum = 0;
        for (int i = 0; i < size; i++) {
            at += 2;
            sum += number() + number();
        }
        return sum;
    }

    private long number() {
        int tag = bytes[at++] & 0xff;
        return tag < 128 ? tag : big(1 << (tag - 0xcc));
    }

    private long big(int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | (bytes[at++] & 0xff);
        }
        return value;
    }
}
