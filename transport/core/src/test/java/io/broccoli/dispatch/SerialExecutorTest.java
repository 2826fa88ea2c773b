package io.broccoli.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class SerialExecutorTest {

    /** As a class that is missing is told; without a trace, which would be logged. */
    private static final class Missing extends NoClassDefFoundError {
        private static final long serialVersionUID = 1;

        Missing() {
            super("one that a test throws");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @Test
    void anErrorOfTheJvmInOneTaskDoesNotEndAllOthers() {
        List<String> ran = new ArrayList<>();
        SerialExecutor executor = new SerialExecutor(Schedulers.immediate(), () -> ran.add("settled"));
        executor.execute(() -> {
            throw new Missing();
        });
        executor.execute(() -> ran.add("next"));
        assertThat(ran).containsExactly("settled", "next", "settled");
    }
}
