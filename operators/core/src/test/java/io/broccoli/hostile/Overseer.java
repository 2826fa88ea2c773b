package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;
import reactor.util.Loggers;

/** Hears what the library logs, and what Reactor's operators drop, for as long as a world lasts. */
final class Overseer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.broccoli");
    private static final Logger REACTOR = Logger.getLogger("reactor"); // tells of all that is fatal
    private static final String PROOF = "the overseer hears";

    private final List<String> complaints = new ArrayList<>();
    private final Predicate<Throwable> expected;
    private boolean hears;

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            String text = line.getMessage();
            hears |= PROOF.equals(text);
            if (text != null && text.contains("this is a bug")) {
                complaints.add("it was logged that \"" + text + "\": " + Verdict.safe(line.getThrown()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** @param expected what may be dropped: thrown by whom nobody listens to any more */
    Overseer(Predicate<Throwable> expected) {
        this.expected = expected;
        LOG.addHandler(handler);
        LOG.setUseParentHandlers(false);
        REACTOR.setUseParentHandlers(false);
        Loggers.getLogger("io.broccoli.hostile").error(PROOF);
        if (!hears) {
            complain("what is logged is not heard: set -Dreactor.logging.fallback=JDK");
        }
        Hooks.onErrorDropped(this::dropped);
        Hooks.onNextDropped(this::dropped);
    }

    void complain(String text) {
        complaints.add(text);
    }

    List<String> complaints() {
        return complaints;
    }

    private void dropped(Throwable error) {
        if (!expected.test(error) && !expected.test(Exceptions.unwrap(error))) {
            complain("an error was dropped: " + Verdict.safe(error));
        }
    }

    private void dropped(@Nullable Object value) {
        boolean rude = value != null && value.getClass().getName().startsWith("io.broccoli.hostile");
        if (!rude && !String.valueOf(value).contains("" + RudePublishers.SURPLUS)) {
            complain("a value was dropped: " + value);
        }
    }

    @Override
    public void close() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        LOG.removeHandler(handler);
        LOG.setUseParentHandlers(true);
        REACTOR.setUseParentHandlers(true);
    }
}
