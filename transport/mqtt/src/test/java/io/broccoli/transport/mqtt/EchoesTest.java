package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.mqtt.Echoes.Echo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class EchoesTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> missing = new ArrayList<>();
    private final Echoes echoes = new Echoes(new Topics("c", "me"), time, missing::add);

    @Test
    void whatComesBackIsAllowed() {
        echoes.sent(Echo.PRESENCE);
        echoes.sent(Echo.FRAME);
        echoes.came(Echo.FRAME);
        echoes.came(Echo.PRESENCE);
        time.advanceTimeBy(Echoes.LATE.multipliedBy(3));
        assertThat(missing).isEmpty();
    }

    @Test
    void theRulesOfWhatDoesNotComeBackAreToldOnce() {
        for (int i = 0; i < 3; i++) {
            echoes.sent(Echo.PRESENCE);
            echoes.sent(Echo.HELLO);
            echoes.sent(Echo.FRAME);
            echoes.came(Echo.HELLO);
            time.advanceTimeBy(Echoes.LATE);
        }
        assertThat(missing)
                .hasSize(2)
                .anyMatch(each -> each.contains("write and read broccoli/c/p/me"))
                .anyMatch(each -> each.contains("write broccoli/c/i/+/me and read broccoli/c/i/me/#"));
    }

    @Test
    void aRuleThatIsTakenAwayLaterIsToldAgain() {
        echoes.sent(Echo.HELLO);
        time.advanceTimeBy(Echoes.LATE);
        echoes.came(Echo.HELLO);
        echoes.sent(Echo.HELLO);
        time.advanceTimeBy(Echoes.LATE);
        assertThat(missing).hasSize(2);
    }

    @Test
    void nothingCanComeBackOverAConnectionThatIsLost() {
        echoes.sent(Echo.FRAME);
        echoes.forget();
        time.advanceTimeBy(Echoes.LATE.multipliedBy(2));
        assertThat(missing).isEmpty();
    }

    @Test
    void whoIsCutOffAtTheSameMessageEachTimeIsToldTheRule() {
        for (int i = 0; i < Echoes.CUTS + 2; i++) {
            assertThat(missing).hasSize(i < Echoes.CUTS ? 0 : 1);
            echoes.sent(Echo.PRESENCE);
            echoes.sent(Echo.FRAME);
            echoes.sent(Echo.HELLO);
            echoes.came(Echo.PRESENCE);
            echoes.lost(null);
        }
        assertThat(missing)
                .singleElement()
                .asString()
                .startsWith("write broccoli/c/i/+/me")
                .contains("or to write and read broccoli/c/hello")
                .doesNotContain("broccoli/c/p/me");
    }

    /** The broker may have closed at the frame, too, which does not come back. */
    @Test
    void whoIsCutOffAfterAFrameIsToldItsRuleToo() {
        for (int i = 0; i < Echoes.CUTS; i++) {
            echoes.sent(Echo.HELLO);
            echoes.lost("ann");
        }
        assertThat(missing)
                .singleElement()
                .asString()
                .startsWith("write and read broccoli/c/hello")
                .endsWith("or to write broccoli/c/i/ann/me (its last frame)");
    }

    /** It may be dropped because it is large, as if it were not allowed. */
    @Test
    void ofALargePresenceThatDoesNotComeBackTheSizeIsTold() {
        echoes.presence(1_024);
        time.advanceTimeBy(Echoes.LATE);
        assertThat(missing.get(0)).contains("broccoli/c/p/me").doesNotContain("bytes");
        echoes.came(Echo.PRESENCE);
        echoes.presence(1_025);
        time.advanceTimeBy(Echoes.LATE);
        assertThat(missing.get(1)).contains("broccoli/c/p/me").contains("its limits a message of 1025 bytes");
    }

    @Test
    void aBrokerThatOnlyRestartsIsNotAccused() {
        for (int i = 0; i < 10; i++) {
            echoes.sent(Echo.FRAME);
            echoes.lost(null);
            echoes.sent(Echo.FRAME);
            echoes.lost(null);
            echoes.sent(Echo.FRAME);
            echoes.came(Echo.FRAME);
            echoes.lost(null);
        }
        assertThat(missing).isEmpty();
    }
}
