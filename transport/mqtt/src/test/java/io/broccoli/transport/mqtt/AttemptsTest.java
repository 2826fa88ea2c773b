package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final Attempts attempts = new Attempts(() -> 0.5);

    @Test
    void pausesDoubleFromATenthOfASecondToTwoSecondsWhileNobodyIsThere() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            attempts.failed();
            pauses.add(attempts.pause().toMillis());
        }
        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
    }

    @Test
    void pausesDoubleToFiveSecondsWhereEachConnectionIsThrownOut() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attempts.lost(Duration.ofSeconds(1), true);
            pauses.add(attempts.pause().toMillis());
        }
        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
    }

    @Test
    void jitterIsAQuarterUpOrDown() {
        for (double random : new double[] {0, 1}) {
            Attempts jittered = new Attempts(() -> random);
            jittered.failed();
            assertThat(jittered.pause()).isEqualTo(Duration.ofMillis(random == 0 ? 75 : 125));
        }
    }

    @Test
    void onlyAConnectionThatStoodIsASuccess() {
        for (int i = 0; i < 4; i++) {
            attempts.lost(Duration.ZERO, true);
        }
        attempts.lost(Duration.ofSeconds(1), true);
        assertThat(attempts.pause()).isEqualTo(Duration.ofMillis(1_600));
        attempts.lost(Attempts.STANDS, true);
        assertThat(attempts.pause()).isEqualTo(Attempts.FIRST_PAUSE);
    }

    @Test
    void aBrokerThatIsRestartedAgainAndAgainIsFoundAsSoonEachTime() {
        for (int i = 0; i < 10; i++) {
            attempts.lost(Duration.ofSeconds(3), true);
            assertThat(attempts.pause()).isEqualTo(Attempts.FIRST_PAUSE);
            for (int away = 0; away < 4; away++) {
                attempts.failed();
            }
        }
    }

    @Test
    void threeSilentEndsInARowLookLikeATwin() {
        attempts.lost(Duration.ZERO, true);
        attempts.lost(Duration.ZERO, false);
        attempts.lost(Duration.ZERO, true);
        attempts.lost(Duration.ZERO, true);
        assertThat(attempts.looksLikeTwin()).isFalse();
        attempts.lost(Duration.ZERO, true);
        assertThat(attempts.looksLikeTwin()).isTrue();
        attempts.lost(Attempts.STANDS, true);
        assertThat(attempts.looksLikeTwin()).isFalse();
    }

    @Test
    void aBrokerThatIsAwayInBetweenHasNoTwinButTroubleOfItsOwn() {
        for (int i = 0; i < 5; i++) {
            attempts.lost(Duration.ZERO, true);
            attempts.failed();
        }
        assertThat(attempts.looksLikeTwin()).isFalse();
    }
}
