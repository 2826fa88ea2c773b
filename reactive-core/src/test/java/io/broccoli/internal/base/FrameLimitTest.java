package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How large frames may be, and connections that end at large ones. */
class FrameLimitTest {

    private static final int NONE = Integer.MAX_VALUE;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FrameLimit limit = new FrameLimit();
    private final Cuts cuts = new Cuts();
    private long now = Long.MAX_VALUE - 5 * SECOND; // clocks may pass the end

    @Test
    void itHalvesWhatIsLostDownToWhatEveryNetworkCarries() {
        assertThat(limit.most(now)).isEqualTo(NONE);
        limit.lost(40_000, now);
        limit.lost(60_000, now); // sent before the limit was known
        assertThat(limit.most(now)).isEqualTo(20_000);
        limit.lost(1_500, now);
        assertThat(limit.most(now)).isEqualTo(FrameLimit.LEAST);
        assertThat(limit.largest()).as("what cannot be divided may be larger").isEqualTo(NONE);
        FrameLimit other = new FrameLimit();
        other.lost(FrameLimit.LEAST, now);
        assertThat(other.most(now)).isEqualTo(NONE);
    }

    @Test
    void whatCannotBeDividedAndIsLostIsTheLargestThatIsTried() {
        limit.refuse(5_000, now);
        assertThat(limit.most(now)).isEqualTo(2_500);
        assertThat(limit.largest()).isEqualTo(4_999);
        limit.refuse(9_000, now);
        assertThat(limit.largest()).isEqualTo(4_999);
    }

    @Test
    void itIsDoubledEachTenMinutesUntilThereIsNone() {
        limit.refuse(5_000, now);
        now += FrameLimit.RAISED_AFTER;
        assertThat(limit.most(now)).isEqualTo(5_000);
        assertThat(limit.largest()).isEqualTo(9_998);
        assertThat(limit.most(now + FrameLimit.RAISED_AFTER - 1)).isEqualTo(5_000);
        for (int i = 0; i < 20; i++) {
            now += FrameLimit.RAISED_AFTER;
            limit.most(now);
        }
        assertThat(limit.most(now)).isEqualTo(NONE);
        assertThat(limit.largest()).isEqualTo(NONE);
    }

    @Test
    void itIsNewEachTimeThatItIsLowered() {
        limit.lost(40_000, now);
        assertThat(limit.isNew()).isTrue();
        limit.lost(40_000, now);
        assertThat(limit.isNew()).isFalse();
        limit.lost(20_000, now);
        assertThat(limit.isNew()).isTrue();
    }

    @Test
    void itKnowsWhatArrivedLately() {
        limit.carried(3_000, now);
        limit.carried(2_000, now + 1);
        assertThat(limit.carries(3_000, now)).isTrue();
        assertThat(limit.carries(3_001, now)).isFalse();
        assertThat(limit.carries(3_000, now + 1)).isFalse();
        limit.carried(2_000, now + 2 * SECOND);
        assertThat(limit.carries(3_000, now)).as("long ago").isFalse();
        assertThat(limit.carries(2_000, now + SECOND)).isTrue();
    }

    /** Sends a frame over a new connection, and others before it, a while earlier; then the connection ends. */
    private void cutAt(int bytes, int... before) {
        cuts.connected();
        for (int earlier : before) {
            cuts.sent(earlier, now);
            now += 2 * SECOND;
        }
        cuts.sent(bytes, now);
        now += SECOND / 2;
        cuts.disconnected(now);
        cuts.disconnected(now); // it could not be made again at once
    }

    @Test
    void twoConnectionsInARowThatEndAtALargeFrameLowerTheLimit() {
        cutAt(40_000);
        assertThat(cuts.limit().most(now)).isEqualTo(NONE);
        cutAt(50_000);
        assertThat(cuts.limit().most(now)).isEqualTo(20_000);
        assertThat(cuts.limit().largest()).isEqualTo(39_999);
        cutAt(20_000);
        assertThat(cuts.limit().most(now)).isEqualTo(10_000);
    }

    @Test
    void aConnectionThatEndsAfterItStoodALargerFrameIsNoSign() {
        cutAt(40_000);
        cutAt(30_000, 30_000);
        cutAt(40_000);
        assertThat(cuts.limit().most(now)).isEqualTo(NONE);
    }

    @Test
    void aConnectionThatEndsWhileNothingLargeIsSentIsNoSign() {
        for (int i = 0; i < 5; i++) {
            cuts.connected();
            cuts.sent(40_000, now);
            now += 2 * SECOND;
            cuts.disconnected(now);
        }
        assertThat(cuts.limit().most(now)).isEqualTo(NONE);
    }
}
