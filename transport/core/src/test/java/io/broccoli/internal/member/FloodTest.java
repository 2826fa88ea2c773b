package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import io.broccoli.internal.base.InboxBudget;
import io.broccoli.internal.producer.Topology;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What others say faster than a member looks at it. */
class FloodTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final int MANY = InboxBudget.MOST_FRAMES + 10;
    private static final byte[] NONSENSE = {1, 2, 3};

    @Test
    void howeverManyAskANodeAnnouncesItselfOnce() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            world.advance(SOON);
            long before = world.network.stats().presences();
            member.loop()
                    .execute(
                            () -> { // nobody looks at what comes meanwhile
                                for (int i = 0; i < MANY; i++) {
                                    member.inbox().hello();
                                }
                            });
            world.advance(SOON);
            assertThat(world.network.stats().presences()).isEqualTo(before + 1);
            member.inbox().hello();
            world.advance(SOON);
            assertThat(world.network.stats().presences()).isEqualTo(before + 2);
        }
    }

    @Test
    void framesThatAreNoneAreHeldToTheBoundToo() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            world.advance(SOON);
            AtomicBoolean full = new AtomicBoolean();
            member.loop().execute(() -> {
                for (int i = 0; i < MANY; i++) {
                    member.inbox().frame("x", NONSENSE);
                }
                full.set(member.inbox().isFull());
            });
            assertThat(full).isTrue();
            assertThat(member.inbox().isFull()).isFalse();
            world.advance(SOON);
            assertThat(member.stats().framesDropped()).isEqualTo(MANY);
        }
    }

    @Test
    void framesAndPresencesThatWereTakenMakeRoomForOthers() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            byte[] bye = new MessagePackFrameCodec().encode(new Frame.Bye(1), false);
            for (int i = 0; i < MANY; i++) {
                member.inbox().frame("x", bye);
                member.inbox().presence("x", new byte[0]);
            }
            assertThat(member.inbox().isFull()).isFalse();
            assertThat(member.stats().framesDropped()).isZero();
        }
    }

    @Test
    void largeFramesAreHeldToABoundInBytes() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            world.advance(SOON);
            byte[] large = new byte[16 << 20];
            byte[] bye = new MessagePackFrameCodec().encode(new Frame.Bye(1), false);
            int fit = (int) (InboxBudget.MOST_BYTES / large.length);
            List<Boolean> full = new ArrayList<>();
            long before = member.stats().framesReceived();
            member.loop().execute(() -> {
                for (int i = 0; i < fit; i++) {
                    full.add(member.inbox().isFull());
                    member.inbox().frame("x", large);
                }
                full.add(member.inbox().isFull());
                member.inbox().frame("x", bye); // there is no room for it
            });
            world.advance(SOON);
            assertThat(full).containsExactly(false, false, false, true, true);
            assertThat(member.stats().framesReceived()).isEqualTo(before);
            long bytes = member.stats().bytesReceived();
            member.inbox().frame("x", bye);
            world.advance(SOON);
            assertThat(member.stats().framesReceived()).isEqualTo(before + 1);
            assertThat(member.stats().bytesReceived()).isEqualTo(bytes + bye.length);
        }
    }

    @Test
    void presencesAreHeldToTheBoundAndWhatWasMissedIsAskedForOnce() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.node("a").cluster();
            world.advance(SOON);
            long before = world.network.stats().hellos();
            member.loop().execute(() -> {
                for (int i = 0; i < MANY; i++) {
                    member.inbox().presence("x", new byte[0]);
                }
            });
            world.advance(SOON);
            assertThat(member.stats().framesDropped()).isEqualTo(10);
            assertThat(world.network.stats().hellos()).isEqualTo(before + 1);
        }
    }

    @Test
    void noMoreNodesAreKnownThanTheBoundAndThoseThatNeverAnsweredLeaveFirst() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.client(0);
            forge(world, member, Topology.MOST_NODES + 10);
            assertThat(names(member))
                    .hasSize(Topology.MOST_NODES)
                    .contains("n10", "n4105")
                    .doesNotContain("n0", "n9");
            assertThat(member.stats().framesDropped()).isEqualTo(10);
            member.inbox().presence("n10", status("n10")); // it is heard of again
            member.inbox().presence("late", status("late"));
            world.advance(SOON);
            assertThat(names(member))
                    .hasSize(Topology.MOST_NODES)
                    .contains("n10", "late")
                    .doesNotContain("n11");
        }
    }

    @Test
    void nodesThatAnswerStay() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Member member = (Member) world.client(1);
            assertThat(doubled(world, member)).containsExactly(2);
            forge(world, member, 2 * Topology.MOST_NODES); // nobody is asked again yet
            assertThat(names(member)).hasSize(Topology.MOST_NODES).contains("a");
            assertThat(doubled(world, member)).containsExactly(2);
        }
    }

    @Test
    void forgedPresencesDoNotHideRealNodes() throws Exception {
        try (World world = new World()) {
            for (String name : List.of("a", "b", "c")) {
                world.node(name);
            }
            Member member = (Member) world.client(3);
            forge(world, member, 24_000);
            world.node("late");
            world.advance(Duration.ofSeconds(5));
            assertThat(names(member)).hasSize(Topology.MOST_NODES).contains("a", "b", "c", "late");
            assertThat(doubled(world, member)).containsExactly(2);
        }
    }

    /** Presences of nodes that are none; as many at a time as the inbox takes. */
    private static void forge(World world, Member member, int count) {
        for (int from = 0; from < count; from += 4_000) {
            int first = from;
            member.loop().execute(() -> {
                for (int i = first; i < Math.min(count, first + 4_000); i++) {
                    member.inbox().presence("n" + i, status("n" + i));
                }
            });
            world.advance(Duration.ofMillis(1));
        }
    }

    private static List<Integer> doubled(World world, Member member) {
        List<Integer> values = new ArrayList<>();
        member.dispatch(Mono.just(1), Calls.doubling(), DispatchOptions.DEFAULTS)
                .subscribe(outcome -> values.add(((TaskOutcome.Success<Integer>) outcome).value()));
        world.advance(Duration.ofSeconds(2));
        return values;
    }

    private static List<String> names(Member member) {
        return member.nodes().stream().map(NodeInfo::name).toList();
    }

    @Test
    void whatMembersAnnounceIsHeldToABoundInBytes() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.client(0);
            Site large = new Site(Map.of("label", "x".repeat(50_000)), null, null);
            int fit = (int) (PresenceBudget.ofHeap().most() / status("s1234", large).length);
            for (int i = 1000; i < 1000 + fit + 10; i++) {
                member.inbox().presence("s" + i, status("s" + i, large));
                world.advance(Duration.ofMillis(1)); // the inbox has a bound of its own
            }
            assertThat(names(member)).hasSize(fit).contains("s1010").doesNotContain("s1009");
            assertThat(member.stats().framesDropped()).isEqualTo(10);
            member.inbox().presence("s1010", status("s1010", Site.UNKNOWN)); // who is known may say less
            world.advance(SOON);
            member.inbox().presence("late", status("late", Site.UNKNOWN));
            world.advance(SOON);
            assertThat(names(member)).hasSize(fit + 1).contains("s1011", "late");
        }
    }

    private static byte[] status(String name) {
        return status(name, Site.UNKNOWN);
    }

    private static byte[] status(String name, Site site) {
        return new MessagePackFrameCodec()
                .encode(
                        new Frame.Status(name, 1, Frame.MemberState.ACTIVE, 8, 1, 9, 65_536, 1024, 0, site, List.of()),
                        false);
    }
}
