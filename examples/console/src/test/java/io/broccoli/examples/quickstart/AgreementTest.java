package io.broccoli.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgreementTest {

    private final List<SeismicEvent> events =
            Objects.requireNonNull(Catalog.events().collectList().block());
    private final List<Quake> quakes =
            events.stream().map(Quake::of).filter(Objects::nonNull).toList();
    private final Digest plain = PlainJava.digest(events);

    /** What a board of single precision gives back: each float that it read or worked out has seven digits. */
    private static Shock ofABoard(Quake quake) {
        float magnitude = (float) quake.magnitude();
        float joules = (float) Math.pow(10, 1.5f * magnitude + 4.8f);
        return new Shock(new Quake(quake.network(), quake.code(), quake.timeMs(), magnitude, quake.place()), joules);
    }

    private Digest digest(int boardsOfThree) {
        return IntStream.range(0, quakes.size())
                .mapToObj(i -> i % 3 < boardsOfThree
                        ? ofABoard(quakes.get(i))
                        : new Shock(quakes.get(i), quakes.get(i).joules()))
                .map(Digest::of)
                .reduce(Digest::plus)
                .orElseThrow();
    }

    @Test
    void theFiguresOfBoardsOfSinglePrecisionAgreeWithinAHundredThousandth() {
        for (int boards = 1; boards <= 3; boards++) {
            Agreement agreement = Agreement.of(digest(boards), plain, true);
            assertThat(agreement.differences()).isEmpty();
            assertThat(agreement.worst()).isBetween(1e-9, 1e-5);
        }
    }

    @Test
    void withoutBoardsNoSuchDifferenceIsTaken() {
        assertThat(Agreement.of(digest(0), plain, false).holds()).isTrue();
        assertThat(Agreement.of(digest(1), plain, false).differences())
                .isNotEmpty()
                .allSatisfy(difference -> assertThat(difference).contains(": energy: "));
    }
}
