package io.broccoli.internal.boundary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is told of a throwable has bounds, and can be sent. */
class ThrownTest {

    private static final String FACE = "\uD83D\uDE00";

    @Test
    void aTextThatIsTooLongIsCutToItsBoundAndSaysSo() {
        assertThat(Thrown.cut("0123456789", 10)).isEqualTo("0123456789");
        assertThat(Thrown.cut("0123456789a", 10)).isEqualTo("012345678…");
        assertThat(Thrown.message(new IllegalStateException("x".repeat(5_000)))).hasSize(Thrown.MAX_MESSAGE);
        Throwable thrown = new IllegalStateException("x".repeat(5_000), new IllegalStateException("y".repeat(5_000)));
        StackTraceElement frame = new StackTraceElement("z".repeat(5_000), "handle", "Z.java", 1);
        thrown.setStackTrace(new StackTraceElement[] {frame});
        assertThat(Thrown.trace(thrown)).hasSize(Thrown.MAX_TRACE).endsWith("…");
    }

    @Test
    void noHalfOfASurrogatePairIsLeftWhetherItWasCutOrSaidSo() {
        assertThat(Thrown.cut("01234567" + FACE, 10)).isEqualTo("01234567" + FACE);
        String cut = Thrown.cut("01234567" + FACE + "9", 10);
        assertThat(cut).isEqualTo("01234567\uFFFD…");
        assertThat(Thrown.cut("a\uDE00b", 10)).isEqualTo("a\uFFFDb");
        assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(cut);
    }

    @Test
    void aTraceHasTheFramesOfForeignCodeAndNoMoreThanTwelve() {
        Throwable thrown = new IllegalStateException("no power");
        StackTraceElement[] frames = new StackTraceElement[20];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new StackTraceElement("a.Handler", "step" + i, "Handler.java", i);
        }
        thrown.setStackTrace(frames);
        assertThat(Thrown.trace(thrown).lines()).hasSize(13).last().asString().contains("step11");
        frames[3] = new StackTraceElement("io.broccoli.internal.boundary.Handlers", "call", "Handlers.java", 1);
        thrown.setStackTrace(frames);
        assertThat(Thrown.trace(thrown).lines()).hasSize(4).last().asString().contains("step2");
    }
}
