package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import java.util.ArrayList;
import java.util.List;

/** Where a member said that it listens, and in which life. */
record Address(String member, Host host, long started) {

    /** Most addresses in a message that is read. */
    static final int MOST = 256;

    /** And in one that is written: so many fit, however long names and hosts are. */
    private static final int AT_ONCE = 128;

    /** Messages with all of them. */
    static List<byte[]> encode(List<Address> addresses) {
        List<byte[]> messages = new ArrayList<>();
        for (int from = 0; from < addresses.size(); from += AT_ONCE) {
            Writer out = new Writer();
            for (Address each : addresses.subList(from, Math.min(from + AT_ONCE, addresses.size()))) {
                out.text(each.member).host(each.host).number(each.started, Long.BYTES);
            }
            messages.add(out.bytes());
        }
        return messages;
    }

    static List<Address> decode(byte[] bytes) {
        Reader in = new Reader(bytes);
        List<Address> addresses = new ArrayList<>();
        while (!in.isAtEnd()) {
            Address next = new Address(in.text(), in.host(), in.number(Long.BYTES));
            if (addresses.size() == MOST
                    || !Names.isValid(next.member)
                    || next.host.name().isEmpty()
                    || next.host.port() == 0) {
                throw new MalformedFrameException("no addresses of members");
            }
            addresses.add(next);
        }
        return addresses;
    }
}
