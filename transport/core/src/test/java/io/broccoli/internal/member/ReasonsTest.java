package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a time-out says was so. */
class ReasonsTest {

    private static final DispatchOptions THREE_SECONDS = DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(3));

    private final World world = new World();
    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private void occupy(Cluster client, String node) {
        client.dispatch(
                        Flux.range(0, 100),
                        Calls.<Integer>of("never"),
                        DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO).withRouter(Router.toNode(node)))
                .subscribe(outcome -> {}, failed -> {});
        world.advance(Duration.ofSeconds(1));
    }

    private String reason(Cluster client, String task, DispatchOptions options) {
        client.dispatch(Mono.just(7), Calls.<Integer>of(task), options).subscribe(outcomes::add, failed -> {});
        world.advance(Duration.ofSeconds(4));
        assertThat(outcomes).hasSize(1);
        TaskOutcome.Failure<Integer> failure = (TaskOutcome.Failure<Integer>) outcomes.get(0);
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
        return failure.message();
    }

    @Test
    void aNodeThatIsFullHadNoRoom() {
        world.node("a");
        Cluster client = world.client(1);
        occupy(client, "a");
        assertThat(reason(client, "slow", THREE_SECONDS)).contains("node a had no room for it");
    }

    @Test
    void aNodeThatNeverAnsweredIsNotSaidToHaveHadNoRoom() {
        world.node("a");
        Cluster client = world.client(1);
        world.network.divide("a", client.name());
        assertThat(reason(client, "slow", THREE_SECONDS))
                .containsPattern("node a was asked for room \\d+ ms ago and has not answered")
                .doesNotContain("had no room");
    }

    @Test
    void eachNodeIsSaidWhatIsSoOfIt() {
        world.node("a");
        world.node("b");
        Cluster client = world.client(2);
        occupy(client, "b");
        world.network.divide("a", client.name());
        assertThat(reason(client, "slow", THREE_SECONDS))
                .containsPattern(
                        "node a was asked for room \\d+ ms ago and has not answered, node b had no room for it");
    }

    @Test
    void aNodeThatStalledIsNamed() {
        world.node("a");
        Cluster client = world.client(1);
        world.network.divide("a", client.name());
        client.dispatch(Mono.just(1), Calls.<Integer>of("slow"), DispatchOptions.DEFAULTS)
                .subscribe(outcome -> {}, failed -> {});
        world.advance(Duration.ofSeconds(15));
        assertThat(reason(client, "slow", THREE_SECONDS)).contains("node a takes nothing though it says so");
    }

    @Test
    void aNodeThatDrainsIsNamed() {
        var node = world.node("a");
        Cluster client = world.client(1);
        occupy(client, "a");
        node.drain(Duration.ofMinutes(1)).subscribe();
        world.advance(Duration.ofMillis(100));
        assertThat(reason(client, "slow", THREE_SECONDS)).contains("node a is draining");
    }

    @Test
    void aNodeThatIsNotThereIsSaidNotToBe() {
        world.node("a");
        Cluster client = world.client(1);
        assertThat(reason(client, "slow", THREE_SECONDS.withRouter(Router.toNode("b"))))
                .contains("no node that may be used is there");
    }

    @Test
    void aTaskThatANodeHasIsSaidToBeThere() {
        world.node("a");
        assertThat(reason(world.client(1), "never", THREE_SECONDS)).contains("node a has the task and did not answer");
    }

    @Test
    void aTaskThatMayNotHaveArrivedIsNotSaidToBeThere() {
        world.node("a");
        Cluster client = world.client(1);
        client.dispatch(Mono.just(7), Calls.<Integer>of("slow"), THREE_SECONDS).subscribe(outcomes::add, failed -> {});
        for (int i = 0; i < 3; i++) { // two round trips for credit, all but the last way of which
            world.advance(Duration.ofMillis(1));
        }
        world.network.divide(client.name(), "a");
        world.advance(Duration.ofSeconds(4));
        assertThat(((TaskOutcome.Failure<Integer>) outcomes.get(0)).message())
                .containsPattern("the task was sent to node a \\d+ ms ago, which did not say that it has it");
    }

    @Test
    void aRateLimitIsNamed() {
        world.node("a");
        Cluster client = world.client(1);
        RateLimit rate = RateLimit.of(1, Duration.ofHours(1)).withBurst(1);
        client.dispatch(Mono.just(1), Calls.<Integer>of("slow"), THREE_SECONDS.withRate(rate))
                .subscribe();
        world.advance(Duration.ofMillis(100));
        assertThat(reason(client, "slow", THREE_SECONDS.withRate(rate)))
                .contains("the rate limit lets no more through: 1.0 tasks in PT1H");
    }

    @Test
    void aDelayIsNamed() {
        world.node("a");
        assertThat(reason(world.client(1), "slow", THREE_SECONDS.withDelay(Duration.ofMinutes(1))))
                .contains("it is sent 60000 ms after it was taken");
    }

    @Test
    void theFailureBeforeIsNamed() {
        world.node("a");
        Cluster client = world.client(1);
        client.dispatch(
                        Mono.just("so it is"),
                        Calls.<String>of("fail"),
                        THREE_SECONDS.withRetry(RetryPolicy.backoff(3, Duration.ofMinutes(1))))
                .subscribe(outcomes::add, failed -> {});
        world.advance(Duration.ofSeconds(4));
        assertThat(((TaskOutcome.Failure<Integer>) outcomes.get(0)).message())
                .contains("attempt 2 had yet to come, after TASK_FAILED: so it is");
    }
}
