package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private long now = Long.MAX_VALUE - 1_000; // clocks wrap
    private final Routes routes = new Routes(3, () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void allConnected() {
        for (int i = 0; i < 3; i++) {
            routes.connected(i);
        }
    }

    /** Sends ten times in so long. */
    private void sendFor(Duration time) {
        for (int i = 0; i < 10; i++) {
            routes.order("a");
            pass(time.dividedBy(10));
        }
    }

    @Test
    void theFirstIsPreferredWhereNothingIsKnown() {
        allConnected();
        assertThat(routes.order("a")).containsExactly(0, 1, 2);
    }

    @Test
    void whereThePeerIsGoesBeforeWhereItMayBe() {
        allConnected();
        routes.presence(2, "a", true, false);
        assertThat(routes.order("a")).containsExactly(2, 0, 1);
        routes.heard(1, "a"); // a client has no presence
        assertThat(routes.order("a")).containsExactly(1, 2, 0);
        assertThat(routes.order("b")).containsExactly(0, 1, 2);
    }

    @Test
    void whatIsNotConnectedComesLast() {
        allConnected();
        routes.presence(0, "a", true, false);
        routes.disconnected(0);
        assertThat(routes.order("a")).containsExactly(1, 2, 0);
    }

    @Test
    void aRelayIsUsedOnlyWhereThePeerIsNot() {
        allConnected();
        routes.presence(0, "a", true, true);
        routes.presence(1, "a", true, false);
        assertThat(routes.order("a")).containsExactly(1, 0, 2);
        assertThat(routes.of("a")).containsExactly(1, 0);
        routes.presence(1, "a", false, false);
        assertThat(routes.order("a")).startsWith(0);
        assertThat(routes.of("a")).containsExactly(0);
    }

    @Test
    void aConnectionThatIsNewKnowsNobodyYet() {
        allConnected();
        routes.presence(0, "a", true, false);
        routes.presence(1, "a", true, false);
        routes.disconnected(0);
        routes.connected(0);
        assertThat(routes.order("a")).containsExactly(1, 0, 2);
    }

    @Test
    void onlyWhoIsOnNoConnectedNetworkIsGone() {
        allConnected();
        routes.presence(0, "a", true, false);
        routes.presence(1, "a", true, false);
        assertThat(routes.presence(0, "a", false, false)).isTrue();
        routes.disconnected(1);
        assertThat(routes.presence(0, "a", false, false)).isFalse();
    }

    @Test
    void aNetworkThatIsMuteIsAvoidedForAWhile() {
        allConnected();
        routes.presence(0, "a", true, false);
        routes.presence(1, "a", true, false);
        sendFor(Duration.ofNanos(Peer.MUTE));
        pass(Duration.ofMillis(1));
        assertThat(routes.order("a")).startsWith(1, 0);
        routes.heard(1, "a");
        pass(Duration.ofNanos(Peer.AVOID));
        assertThat(routes.order("a")).startsWith(0, 1);
    }

    @Test
    void whoAnswersIsNotMute() {
        allConnected();
        for (int i = 0; i < 10; i++) {
            sendFor(Duration.ofNanos(Peer.MUTE));
            routes.heard(0, "a");
        }
        assertThat(routes.order("a")).startsWith(0);
    }

    @Test
    void ofWhomNothingIsKnownIsNotMute() {
        allConnected();
        sendFor(Duration.ofNanos(Peer.MUTE * 5));
        assertThat(routes.order("a")).startsWith(0);
    }

    @Test
    void aFrameEndsTheAvoiding() {
        allConnected();
        routes.presence(0, "a", true, false);
        routes.presence(1, "a", true, false);
        sendFor(Duration.ofNanos(Peer.MUTE * 2));
        assertThat(routes.order("a")).startsWith(1);
        routes.heard(0, "a");
        assertThat(routes.order("a")).startsWith(0);
    }

    @Test
    void aPauseIsNoSilence() {
        allConnected();
        routes.heard(0, "a");
        for (int i = 0; i < 10; i++) {
            assertThat(routes.order("a")).startsWith(0);
            pass(Duration.ofNanos(Peer.IDLE));
        }
    }

    @Test
    void aClientThatIsMuteIsLookedForElsewhere() {
        allConnected();
        routes.heard(0, "a");
        sendFor(Duration.ofNanos(Peer.MUTE * 2));
        routes.heard(1, "a");
        pass(Duration.ofNanos(Peer.AVOID * 2));
        assertThat(routes.order("a")).startsWith(1, 0);
    }

    @Test
    void thePeersThatAreKnownAreBounded() {
        allConnected();
        routes.presence(2, "a", true, false);
        for (int i = 0; i < Routes.MAX_PEERS; i++) {
            routes.heard(1, "m" + i);
        }
        assertThat(routes.order("a")).containsExactly(0, 1, 2);
        assertThat(routes.order("m" + (Routes.MAX_PEERS - 1))).startsWith(1);
    }
}
