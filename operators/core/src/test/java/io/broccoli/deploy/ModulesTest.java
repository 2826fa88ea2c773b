package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ModulesTest {

    private static final String KEY = "a secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ClusterOptions base = ClusterOptions.of("memory:modules-" + COUNT.incrementAndGet());
    private final Module garden = Module.of("garden", "# " + "grows ".repeat(100));
    private final Shelf north = new Shelf("north", KEY);
    private final Shelf south = new Shelf("south", KEY);
    private final List<Node> nodes = new ArrayList<>();
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Modules modules = Modules.on(cluster, KEY);

    @BeforeEach
    void start() {
        nodes.add(north.start(base));
        nodes.add(south.start(base));
        cluster.awaitNodes(2, BOUND).block();
    }

    @AfterEach
    void stop() {
        cluster.close();
        nodes.forEach(Node::close);
    }

    private static List<DeploymentEvent> all(Flux<DeploymentEvent> events) {
        return Objects.requireNonNull(events.collectList().block(BOUND));
    }

    private static List<DeploymentEvent> ends(Flux<DeploymentEvent> events) {
        return all(events.filter(event -> !(event instanceof DeploymentEvent.Progress)));
    }

    private DeploymentEvent deployed(Shelf on, Module module) {
        return new DeploymentEvent.Deployed(on.name, module.name(), module.version(), List.of());
    }

    @Test
    void aModuleComesInPiecesThatFitToOneNodeAfterTheOther() {
        List<DeploymentEvent> events = all(modules.deploy(garden));
        assertThat(events)
                .containsExactly(
                        new DeploymentEvent.Progress("north", "garden", 208, 602),
                        new DeploymentEvent.Progress("north", "garden", 416, 602),
                        new DeploymentEvent.Progress("north", "garden", 602, 602),
                        deployed(north, garden),
                        new DeploymentEvent.Progress("south", "garden", 208, 602),
                        new DeploymentEvent.Progress("south", "garden", 416, 602),
                        new DeploymentEvent.Progress("south", "garden", 602, 602),
                        deployed(south, garden));
        assertThat(south.sources).isEqualTo(Map.of("garden", "# " + "grows ".repeat(100)));
        assertThat(garden.version()).hasSize(8).isEqualTo(south.versions.get("garden"));
    }

    @Test
    void whatANodeHasIsNotSentAgain() {
        all(modules.withNodes("south").deploy(garden));
        assertThat(ends(modules.deploy(garden)))
                .containsExactly(
                        deployed(north, garden), new DeploymentEvent.Present("south", "garden", garden.version()));
        assertThat(south.calls.stream().filter("begin"::equals)).hasSize(1);
    }

    @Test
    void aFailureOnANodeDoesNotStopTheOthersUnlessAsked() {
        north.broken = "grows";
        List<DeploymentEvent> events = ends(modules.deploy(garden));
        assertThat(events).hasSize(2).last().isEqualTo(deployed(south, garden));
        assertThat(((DeploymentEvent.Failed) events.get(0)).text())
                .startsWith("TASK_FAILED: ")
                .contains(
                        "SyntaxError (task deploy.commit on node north)\njava.lang.IllegalStateException: SyntaxError\n");
        Module newer = Module.of("garden", "grows better");
        assertThat(ends(modules.stoppingAtFailure().deploy(newer))).hasSize(1);
        assertThat(south.versions).isEqualTo(Map.of("garden", garden.version()));
    }

    @Test
    void whoDoesNotHaveTheKeyIsRefused() {
        assertThat(ends(Modules.on(cluster, "another").deploy(garden)))
                .hasSize(2)
                .allSatisfy(event -> assertThat(((DeploymentEvent.Failed) event).text())
                        .contains("the signature is wrong", "(task deploy.begin on node " + event.node()));
        assertThat(ends(modules.withClusterName("another").deploy(garden)))
                .hasSize(2)
                .allSatisfy(event -> assertThat(((DeploymentEvent.Failed) event).text())
                        .contains("for another cluster or node (task deploy.begin on node " + event.node()));
        assertThatThrownBy(() -> Modules.on(cluster, "")).hasMessage("the key is empty");
    }

    @Test
    void nodesThatHaveOnlyTheOlderKeyYetGetModulesWhileKeysAreRotated() {
        Modules rotating = Modules.on(cluster, "a newer secret").withOlderKey(KEY);
        assertThat(ends(rotating.deploy(garden))).containsExactly(deployed(north, garden), deployed(south, garden));
        assertThat(ends(rotating.withNodes("north").remove("garden")))
                .containsExactly(new DeploymentEvent.Removed("north", "garden"));
        assertThatThrownBy(() -> modules.withOlderKey("")).hasMessage("the key is empty");
    }

    @Test
    void whereSomebodyElseUsedTheChallengeItIsBegunAgainAndAtMostThreeTimes() {
        int[] used = {2};
        north.opening = () -> {
            if (used[0] > 0) {
                used[0]--;
                north.useChallenge();
            }
        };
        assertThat(ends(modules.withNodes("north").deploy(garden))).containsExactly(deployed(north, garden));
        assertThat(north.calls.stream().filter("open"::equals)).hasSize(3);
        used[0] = 2;
        assertThat(ends(modules.withNodes("north").remove("garden")))
                .containsExactly(new DeploymentEvent.Removed("north", "garden"));
        used[0] = 3;
        assertThat(ends(modules.withNodes("north").deploy(garden)))
                .singleElement()
                .satisfies(event ->
                        assertThat(((DeploymentEvent.Failed) event).text()).contains("the challenge is not valid"));
        all(modules.withNodes("north").deploy(garden));
        used[0] = 3;
        assertThat(ends(modules.withNodes("north").remove("garden")))
                .singleElement()
                .satisfies(event ->
                        assertThat(((DeploymentEvent.Failed) event).text()).contains("the challenge is not valid"));
    }

    @Test
    void aModuleIsTakenAwayAndBroughtBack() {
        all(modules.deploy(garden));
        assertThat(all(modules.remove("garden")))
                .containsExactly(
                        new DeploymentEvent.Removed("north", "garden"), new DeploymentEvent.Removed("south", "garden"));
        assertThat(north.versions).isEmpty();
        assertThat(ends(modules.withNodes("north").remove("garden")))
                .singleElement()
                .isInstanceOf(DeploymentEvent.Failed.class);
        assertThat(ends(modules.withAtOnce(2).deploy(garden)))
                .containsExactlyInAnyOrder(deployed(north, garden), deployed(south, garden));
    }

    @Test
    void nodesThatTakeNoModulesAreToldOf() {
        assertThat(ends(modules.withNodes("east").deploy(garden)))
                .singleElement()
                .satisfies(event -> assertThat(((DeploymentEvent.Failed) event).text())
                        .isEqualTo("UNKNOWN_TASK: There is no such node (task deploy.open on node east)"));
        nodes.forEach(Node::close);
        cluster.awaitNodes(List::isEmpty, BOUND).block();
        StepVerifier.create(modules.deploy(garden))
                .expectErrorSatisfies(error -> {
                    assertThat(((TaskException) error).failure().kind()).isEqualTo(FailureKind.UNKNOWN_TASK);
                    assertThat(error).hasMessageContaining("start some with deploy_key");
                })
                .verify(BOUND);
    }

    @Test
    void nothingIsSentThatWasNotAskedForAndNothingAfterItWasCancelled() {
        StepVerifier.create(modules.deploy(garden), 0)
                .thenRequest(1)
                .expectNext(new DeploymentEvent.Progress("north", "garden", 208, 602))
                .thenCancel()
                .verify(BOUND);
        assertThat(north.calls).startsWith("modules", "begin", "open", "chunk").doesNotContain("commit");
        assertThat(south.calls).isEmpty();
        assertThat(north.versions).isEmpty();
    }

    @Test
    void aNodeThatIsRestartedInTheMiddleIsBegunAnew() throws Exception {
        Sinks.Empty<Void> never = Sinks.empty();
        north.gate = never.asMono();
        BlockingQueue<DeploymentEvent> seen = new LinkedBlockingQueue<>();
        Disposable work = modules.withNodes("north").deploy(garden).subscribe(seen::add);
        north.awaitCall("chunk");
        nodes.get(0).close();
        north.restarted();
        awaitNextTenth(); // lives of nodes that have no flash are counted by tenths of a second
        nodes.add(north.start(base));
        DeploymentEvent event = seen.poll(20, TimeUnit.SECONDS);
        while (event instanceof DeploymentEvent.Progress) {
            event = seen.poll(20, TimeUnit.SECONDS);
        }
        work.dispose();
        assertThat(event).isEqualTo(deployed(north, garden));
    }

    private static void awaitNextTenth() {
        long now = System.currentTimeMillis() / 100;
        Flux.interval(Duration.ofMillis(10))
                .filter(tick -> System.currentTimeMillis() / 100 > now)
                .blockFirst(BOUND);
    }

    @Test
    void aNodeThatComesLaterGetsWhatItIsToHaveAndOneThatFailedIsLeftAlone() throws Exception {
        south.broken = "grows";
        BlockingQueue<DeploymentEvent> seen = new LinkedBlockingQueue<>();
        Disposable keeping = modules.keep(garden)
                .filter(event -> !(event instanceof DeploymentEvent.Progress))
                .subscribe(seen::add);
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(deployed(north, garden));
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isInstanceOf(DeploymentEvent.Failed.class);
        Shelf late = new Shelf("late", KEY);
        nodes.add(late.start(base));
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(deployed(late, garden));
        nodes.get(0).close(); // another change, which is no reason to try again
        cluster.awaitNodes(known -> known.size() == 2, BOUND).block();
        keeping.dispose();
        assertThat(seen).isEmpty();
        assertThat(south.calls.stream().filter("commit"::equals)).hasSize(1);
    }
}
