package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeCommandTest {

    @Test
    void aTaskThatRunsForLongerThanTheLimitFailsAndOthersDoNot() throws Exception {
        String uri = "memory://limited";
        try (Cli.Running node = Cli.start("node", "--broker", uri, "--name", "brief", "--task-limit", "500ms")) {
            Cli.Result late = Cli.run("run", "--broker", uri, "sleep_then.s(1, 60000)");
            assertThat(late.err())
                    .startsWith("broccoli: TIMEOUT: The task ran for longer than the 500 ms that node brief allows")
                    .contains("(task sleep_then on node brief)");
            assertThat(late.status()).isEqualTo(1);
            assertThat(Cli.run("run", "--broker", uri, "sleep_then.s(1, 1)").out())
                    .isEqualTo("1\n");
        }
    }
}
