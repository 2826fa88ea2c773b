package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Site;
import io.broccoli.internal.credit.Timing;
import io.broccoli.node.Node;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Which life a member is in, and who else says so. */
class EpochTest {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final long IMPOSSIBLE = Timing.MOST_EPOCH;
    private static final FunctionInfo SLOW = new FunctionInfo(1, "slow", "", List.of());

    private static Frame.Status active(String member, long epoch) {
        return status(member, epoch, Frame.MemberState.ACTIVE);
    }

    private static Frame.Status status(String member, long epoch, Frame.MemberState state) {
        return new Frame.Status(member, epoch, state, 8, 1, 9, 65_536, 1024, 0, Site.UNKNOWN, List.of(SLOW));
    }

    private static long epoch(Member member) {
        return Objects.requireNonNull(member.node())
                .status(Frame.MemberState.ACTIVE)
                .bootEpoch();
    }

    @Test
    void aNodeGoesOnAboveALaterLifeOfItsNameButNotAboveOneThatCannotBe() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            world.advance(SOON);
            long later = epoch(member) + 1000;
            for (long epoch : new long[] {IMPOSSIBLE, Long.MAX_VALUE, later}) {
                member.inbox().presence("a", new MessagePackFrameCodec().encode(active("a", epoch), false));
                world.advance(SOON);
            }
            assertThat(epoch(member)).isEqualTo(later + 1);
        }
    }

    @Test
    void aLifeThatCannotBeIsNotTakenForALaterOne() throws Exception {
        try (World world = new World()) {
            Member node = (Member) world.node("a").cluster();
            Member client = (Member) world.client(1);
            long life = epoch(node);
            for (long epoch : new long[] {IMPOSSIBLE, Long.MAX_VALUE}) {
                client.inbox().presence("a", new MessagePackFrameCodec().encode(active("a", epoch), false));
                world.advance(SOON);
                assertThat(client.nodes()).singleElement().satisfies(a -> assertThat(a.bootEpoch())
                        .isEqualTo(life));
            }
            assertThat(client.stats().framesDropped()).isEqualTo(2);
        }
    }

    /** A broker publishes the will of a member that it takes for dead. */
    @Test
    void aNodeThatIsSaidToBeGoneThoughItLivesGoesOnInALaterLife() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            Cluster client = world.client(1);
            long life = epoch(member);
            for (Frame.MemberState said : List.of(Frame.MemberState.ACTIVE, Frame.MemberState.GONE)) {
                assertThat(epoch(member))
                        .as("what a living node says of itself is no other life")
                        .isEqualTo(life);
                member.inbox().presence("a", new MessagePackFrameCodec().encode(status("a", life, said), false));
                world.advance(SOON);
            }
            assertThat(epoch(member)).isEqualTo(life + 1);
            assertThat(client.nodes()).singleElement().satisfies(a -> {
                assertThat(a.bootEpoch()).isEqualTo(life + 1);
                assertThat(a.state()).isEqualTo(NodeState.ACTIVE);
            });
            byte[] former = new MessagePackFrameCodec().encode(status("a", life, Frame.MemberState.GONE), false);
            member.inbox().presence("a", former);
            world.advance(SOON);
            assertThat(epoch(member)).as("of a former life").isEqualTo(life + 1);
        }
    }

    @Test
    void aNodeThatDrainsGoesOnDrainingInItsLaterLife() throws Exception {
        try (World world = new World();
                Stranger producer = new Stranger(world, "stranger")) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            node.drain(Duration.ofMinutes(1)).subscribe();
            world.advance(SOON);
            Member member = (Member) node.cluster();
            long later = epoch(member) + 1000;
            member.inbox().presence("a", new MessagePackFrameCodec().encode(active("a", later), false));
            world.advance(SOON);
            assertThat(client.nodes()).singleElement().satisfies(a -> {
                assertThat(a.bootEpoch()).isEqualTo(later + 1);
                assertThat(a.state()).isEqualTo(NodeState.DRAINING);
            });
            producer.send("a", new Frame.Poll(10, 0, 1, 4, new long[0], List.of(), 65_536, 0, 1));
            world.advance(SOON);
            Frame.Grant grant = producer.last(Frame.Grant.class);
            producer.send("a", new Frame.Poll(10, grant.linkEpoch(), 2, 4, new long[0], List.of(), 65_536, 0, 1));
            world.advance(SOON);
            assertThat(producer.last(Frame.Grant.class).limit()).isZero();
            assertThat(node.stats().links()).isEqualTo(1);
            assertThat(node.stats().unusedCredit()).isZero();
        }
    }

    @Test
    void aProducerGoesOnAboveALaterLifeOfItsNameButNotAboveOneThatCannotBe() throws Exception {
        try (World world = new World();
                Stranger node = new Stranger(world, "stranger")) {
            node.transport
                    .announce(new MessagePackFrameCodec().encode(active("stranger", 7), false))
                    .subscribe();
            Cluster client = world.client(1);
            client.dispatch(Mono.just(1), Calls.of("slow"), DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO))
                    .subscribe(outcome -> {}, closed -> {});
            world.advance(SOON);
            long later = node.last(Frame.Poll.class).producerEpoch() + 1000;
            for (long epoch : new long[] {IMPOSSIBLE, Long.MAX_VALUE, later}) {
                node.send(client.name(), new Frame.Nack(0, 0, 0, Frame.Refusal.STALE_PRODUCER, epoch));
                world.advance(SOON);
            }
            assertThat(node.last(Frame.Poll.class).producerEpoch()).isEqualTo(later + 1);
        }
    }
}
