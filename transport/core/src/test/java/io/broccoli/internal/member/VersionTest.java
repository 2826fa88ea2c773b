package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A member of another version is recognised and refused, on both sides. */
class VersionTest {

    private static final int NEXT_VERSION = Frame.VERSION + 1;

    /** Frames begin with an array's head, then version * 16 + kind. */
    private static byte[] ofNextVersion(Frame frame) {
        byte[] bytes = new MessagePackFrameCodec().encode(frame, false);
        bytes[1] = (byte) (bytes[1] + 16);
        return bytes;
    }

    @Test
    void aNodeOfAnotherVersionIsShownAndNotUsed() throws Exception {
        try (World world = new World()) {
            Stranger newer = new Stranger(world, "newer");
            Frame.Status status = new Frame.Status(
                    "newer", 1, Frame.MemberState.ACTIVE, 8, 1, 9, 65_536, 1024, 0, Site.UNKNOWN, List.of());
            newer.transport.announce(ofNextVersion(status)).subscribe();
            Cluster client = world.client(0);
            assertThat(client.nodes()).singleElement().satisfies(node -> {
                assertThat(node.name()).isEqualTo("newer");
                assertThat(node.state()).isEqualTo(NodeState.INCOMPATIBLE);
            });
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            client.dispatch(Mono.just(1), Calls.of("slow"), DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(2)))
                    .subscribe(outcomes::add);
            world.advance(Duration.ofSeconds(3));
            assertThat(outcomes).singleElement().satisfies(outcome -> {
                var failure = (TaskOutcome.Failure<Integer>) outcome;
                assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
                assertThat(failure.message()).contains("newer INCOMPATIBLE");
            });
            newer.transport.close(true).block();
        }
    }

    @Test
    void aProducerOfAnotherVersionIsToldSoOnce() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Stranger newer = new Stranger(world, "newer");
            byte[] poll = ofNextVersion(new Frame.Poll(1, 0, 1, 5, new long[0], List.of(), 65_536, 0, 1));
            for (int i = 0; i < 20; i++) {
                newer.transport.send("a", poll.clone()).subscribe();
            }
            world.advance(Duration.ofSeconds(1));
            assertThat(newer.frames).hasSize(1);
            Frame.Nack nack = (Frame.Nack) new MessagePackFrameCodec().decode(newer.frames.get(0));
            assertThat(nack.reason()).isEqualTo(Frame.Refusal.VERSION);
            assertThat(nack.current()).isEqualTo(Frame.VERSION);
            newer.transport.close(true).block();
        }
    }

    @Test
    void theRefusalOfANodeOfAnotherVersionIsUnderstood() throws Exception {
        try (World world = new World()) {
            Stranger newer = new Stranger(world, "newer");
            Cluster client = world.client(0);
            Frame.Nack nack = new Frame.Nack(0, 0, 0, Frame.Refusal.VERSION, NEXT_VERSION);
            newer.transport.send(client.name(), ofNextVersion(nack)).subscribe();
            world.advance(Duration.ofSeconds(1));
            assertThat(client.stats().framesDropped()).isEqualTo(1);
            newer.transport.close(true).block();
        }
    }
}
