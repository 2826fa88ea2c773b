package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import java.time.Duration;
import java.time.Instant;

/**
 * What an end says of itself.
 *
 * @param started when it was made, in milliseconds of its clock; of two members of one name the newer one is right
 * @param instance tells it from all others of its name
 * @param nonce that was never used before, so that a proof is for this connection only
 * @param host where it can be reached; of its name nothing is believed but what is proven otherwise
 * @param maxFrame the largest frame that it takes
 */
record Hello(String cluster, String member, long started, long instance, byte[] nonce, Host host, int maxFrame) {

    static final int NONCE = 16;
    private static final int MAGIC = 0x42524343;
    private static final int VERSION = 1;
    private static final long MOST_AHEAD = Duration.ofDays(1).toMillis();
    private static final long OLDEST_CLOCK =
            Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final long NEWEST = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

    byte[] encode() {
        return new Writer()
                .number(MAGIC, Integer.BYTES)
                .number(VERSION, 1)
                .text(cluster)
                .text(member)
                .number(started, Long.BYTES)
                .number(instance, Long.BYTES)
                .raw(nonce)
                .host(host)
                .number(maxFrame, Integer.BYTES)
                .bytes();
    }

    /**
     * What follows the fields is of a later version, and ignored.
     *
     * @throws RefusedException if it is of another version
     * @throws MalformedFrameException if it is anything else
     */
    static Hello decode(byte[] bytes) {
        Reader in = new Reader(bytes);
        if (in.number(Integer.BYTES) != MAGIC) {
            throw new MalformedFrameException("the other end does not speak this protocol");
        }
        if (in.number(1) != VERSION) {
            throw new RefusedException(Refusal.VERSION);
        }
        Hello hello = new Hello(
                in.text(), in.text(), in.number(Long.BYTES), in.number(Long.BYTES), in.raw(NONCE), in.host(), (int)
                        in.number(Integer.BYTES));
        if (!Names.isValid(hello.cluster) || !Names.isValid(hello.member) || hello.maxFrame < 1) {
            throw new MalformedFrameException("no HELLO of a member");
        }
        return hello;
    }

    /**
     * Whether a member can have started then. One that claims a time far ahead would keep a name from its owner, since of two members of
     * one name the newer one is right.
     *
     * @param now milliseconds of this machine's clock; one that was never set rules out little
     */
    static boolean canHaveStarted(long started, long now) {
        return started <= (now < OLDEST_CLOCK ? NEWEST : now + MOST_AHEAD);
    }
}
