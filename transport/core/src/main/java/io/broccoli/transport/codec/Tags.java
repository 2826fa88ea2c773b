package io.broccoli.transport.codec;

/** First bytes of MessagePack values. */
final class Tags {
    static final int FIXMAP = 0x80;
    static final int FIXARRAY = 0x90;
    static final int FIXSTR = 0xa0;
    static final int NIL = 0xc0;
    static final int FALSE = 0xc2;
    static final int TRUE = 0xc3;
    static final int BIN8 = 0xc4;
    static final int BIN16 = 0xc5;
    static final int BIN32 = 0xc6;
    static final int FLOAT32 = 0xca;
    static final int FLOAT64 = 0xcb;
    static final int UINT8 = 0xcc;
    static final int UINT16 = 0xcd;
    static final int UINT32 = 0xce;
    static final int UINT64 = 0xcf;
    static final int INT8 = 0xd0;
    static final int INT16 = 0xd1;
    static final int INT32 = 0xd2;
    static final int INT64 = 0xd3;
    static final int STR8 = 0xd9;
    static final int STR16 = 0xda;
    static final int STR32 = 0xdb;
    static final int ARRAY16 = 0xdc;
    static final int ARRAY32 = 0xdd;
    static final int MAP16 = 0xde;
    static final int MAP32 = 0xdf;
    static final int NEGATIVE_FIXINT = 0xe0;

    /** Bytes of a value whose tag says it all; 0 where a length or elements follow, and for what is refused. */
    private static final byte[] SIZES = sizes();

    private Tags() {}

    static int sizeOf(int tag) {
        return SIZES[tag & 0xff];
    }

    static boolean isArray(int tag) {
        return (tag & 0xf0) == FIXARRAY || tag == ARRAY16 || tag == ARRAY32;
    }

    static String describe(int tag) {
        String what;
        if (tag < FIXMAP || tag >= NEGATIVE_FIXINT || (tag >= UINT8 && tag <= INT64)) {
            what = "an integer";
        } else if (tag < FIXARRAY || tag >= MAP16) {
            what = "a map";
        } else if (isArray(tag)) {
            what = "an array";
        } else if (tag < NIL || (tag >= STR8 && tag <= STR32)) {
            what = "a string";
        } else if (tag == NIL) {
            what = "nil";
        } else if (tag == FALSE || tag == TRUE) {
            what = "a boolean";
        } else if (tag >= BIN8 && tag <= BIN32) {
            what = "binary";
        } else if (tag == FLOAT32 || tag == FLOAT64) {
            what = "a floating point number";
        } else {
            what = "an extension or reserved type";
        }
        return what + " (0x" + Integer.toHexString(tag) + ")";
    }

    private static byte[] sizes() {
        byte[] sizes = new byte[256];
        for (int tag = 0; tag < 256; tag++) {
            int size;
            if (tag < FIXMAP || tag >= NEGATIVE_FIXINT || tag == FIXMAP || tag == FIXARRAY) {
                size = 1;
            } else if (tag >= FIXSTR && tag < NIL) {
                size = 1 + tag - FIXSTR;
            } else {
                size = switch (tag) {
                    case NIL, FALSE, TRUE -> 1;
                    case UINT8, INT8 -> 2;
                    case UINT16, INT16 -> 3;
                    case UINT32, INT32, FLOAT32 -> 5;
                    case UINT64, INT64, FLOAT64 -> 9;
                    default -> 0;
                };
            }
            sizes[tag] = (byte) size;
        }
        return sizes;
    }
}
