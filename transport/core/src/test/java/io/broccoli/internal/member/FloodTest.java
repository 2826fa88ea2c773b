package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import io.broccoli.internal.base.InboxBudget;
import io.broccoli.internal.producer.Topology;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

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
            member.inbox().frame("x", bye);
            world.advance(SOON);
            assertThat(member.stats().framesReceived()).isEqualTo(before + 1);
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
    void noMoreNodesAreKnownThanTheBoundUntilSomeAreForgotten() throws Exception {
        try (World world = new World()) {
            Member member = (Member) world.client(0);
            for (int i = 0; i < Topology.MOST_NODES + 10; i++) {
                member.inbox().presence("n" + i, status("n" + i));
            }
            world.advance(SOON);
            assertThat(member.nodes()).hasSize(Topology.MOST_NODES);
            assertThat(member.stats().framesDropped()).isEqualTo(10);
            for (int i = 0; i < 20; i++) {
                member.inbox().presence("n" + i, new byte[0]);
            }
            member.inbox().presence("late", status("late"));
            world.advance(SOON);
            assertThat(member.nodes()).as("they may come back").hasSize(Topology.MOST_NODES - 20);
            world.advance(Duration.ofSeconds(20));
            member.inbox().presence("late", status("late"));
            world.advance(SOON);
            assertThat(member.nodes()).hasSize(Topology.MOST_NODES - 19);
        }
    }

    private static byte[] status(String name) {
        return new MessagePackFrameCodec()
                .encode(
                        new Frame.Status(
                                name, 1, Frame.MemberState.ACTIVE, 8, 1, 9, 65_536, 1024, 0, Site.UNKNOWN, List.of()),
                        false);
    }
}
