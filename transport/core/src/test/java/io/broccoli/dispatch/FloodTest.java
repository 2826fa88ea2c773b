package io.broccoli.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What others say faster than a member looks at it. */
class FloodTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final int MANY = Member.MAX_WAITING_FRAMES + 10;
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
                                    member.hello();
                                }
                            });
            world.advance(SOON);
            assertThat(world.network.stats().presences()).isEqualTo(before + 1);
            member.hello();
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
                    member.frame("x", NONSENSE);
                }
                full.set(member.isFull());
            });
            assertThat(full).isTrue();
            assertThat(member.isFull()).isFalse();
            world.advance(SOON);
            assertThat(member.stats().framesDropped()).isEqualTo(MANY);
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
                    member.presence("x", new byte[0]);
                }
            });
            world.advance(SOON);
            assertThat(member.stats().framesDropped()).isEqualTo(10);
            assertThat(world.network.stats().hellos()).isEqualTo(before + 1);
        }
    }
}
