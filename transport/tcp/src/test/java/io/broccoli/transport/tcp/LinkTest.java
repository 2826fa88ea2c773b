package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One end of a connection, without a network. */
class LinkTest {

    private static final int MAX_FRAME = 1_024;

    private final Heard heard = new Heard();
    private final Wire wire = new Wire();
    private final EmbeddedChannel channel = new EmbeddedChannel(wire);
    private final Link link = new Link(channel, false, "there", MAX_FRAME, heard);

    LinkTest() {
        channel.pipeline().addLast(new FrameReader(link));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        wire.kept.forEach(ByteBuf::release);
    }

    private static final class Heard implements Link.Listener {
        final List<Kind> messages = new ArrayList<>();
        final List<Throwable> ends = new ArrayList<>();
        boolean full;

        @Override
        public void message(Link link, Kind kind, byte[] body) {
            messages.add(kind);
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void closed(Link link, Throwable cause) {
            ends.add(cause);
        }
    }

    /** Counts what a handler asks for, and keeps what is written when the other end does not take it. */
    private static final class Wire extends ChannelOutboundHandlerAdapter {
        final List<ByteBuf> kept = new ArrayList<>();
        int asked;
        boolean stuck;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
            if (stuck) {
                kept.add((ByteBuf) message);
            } else {
                context.write(message, written);
            }
        }

        @Override
        public void read(ChannelHandlerContext context) {
            asked++;
            context.read();
        }
    }

    private void comes(Kind kind, byte[] body) {
        ByteBuf bytes = Unpooled.wrappedBuffer(TcpTestNetwork.message(kind, body));
        channel.writeInbound(bytes);
    }

    @Test
    void whileThereIsNoRoomNothingIsRead() {
        heard.full = true;
        comes(Kind.FRAME, new byte[10]);
        assertThat(channel.config().isAutoRead()).isFalse();
        int before = wire.asked;
        comes(Kind.FRAME, new byte[10]); // was under way
        channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        assertThat(wire.asked).isEqualTo(before);
        heard.full = false;
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(wire.asked).isGreaterThan(before);
        assertThat(heard.messages).hasSize(2);
    }

    @Test
    void whoTakesNothingIsLetGoBeforeWhatItIsToBeToldIsTooMuch() {
        wire.stuck = true;
        int told = 0;
        while (heard.ends.isEmpty()) {
            link.say(Kind.PRESENCE, new byte[Link.LONGEST_NOTICE]);
            channel.runPendingTasks();
            assertThat(++told).isLessThan(1_000);
            assertThat(link.held()).isLessThanOrEqualTo(Outbox.OWN * Outbox.LEAST_CAPACITY);
        }
        assertThat(heard.ends).singleElement().satisfies(each -> assertThat(each)
                .hasMessageContaining("does not accept announcements"));
    }

    @Test
    void whoTakesNothingIsNotToldMoreThanOnceThatOneLives() {
        Roster roster = new Roster("a", new Targets("a", List.of(), true, () -> 0.5, 0), () -> {});
        roster.enter(link, new Hello("c", "b", 1, 1, new byte[Hello.NONCE], new Host("", 0), MAX_FRAME));
        wire.stuck = true;
        long now = System.nanoTime();
        for (int seconds = 5; seconds < 15; seconds++) {
            roster.tick(now + TimeUnit.SECONDS.toNanos(seconds));
            channel.runPendingTasks();
        }
        assertThat(link.held()).isEqualTo(Delivery.COST);
    }

    @Test
    void aPartOfALongMessageIsASignOfLife() {
        long before = link.heardAt();
        byte[] message = TcpTestNetwork.message(Kind.FRAME, new byte[1_000]);
        channel.writeInbound(Unpooled.copiedBuffer(message, 0, 500));
        assertThat(heard.messages).isEmpty();
        assertThat(link.heardAt()).isGreaterThan(before);
    }

    @Test
    void aConnectionThatIsInTheWayOfAnotherIsTried() {
        Link dialed = new Link(channel, true, "there", MAX_FRAME, heard);
        Hello hello = new Hello("c", "b", 1, 1, new byte[Hello.NONCE], new Host("", 0), MAX_FRAME);
        Roster roster = new Roster("a", new Targets("a", List.of(), true, () -> 0.5, 0), () -> {});
        roster.enter(dialed, hello);
        assertThat(roster.admit(link, hello)).isEqualTo(Refusal.DUPLICATE);
        channel.runPendingTasks();
        ByteBuf said = channel.readOutbound();
        assertThat(said.getByte(Integer.BYTES)).isEqualTo(Kind.ALIVE.code);
        said.release();
    }

    @Test
    void aLinkThatEndedLeavesNothingToBeDone() {
        channel.freezeTime(); // else what is scheduled may be due before it is looked at
        heard.full = true;
        comes(Kind.FRAME, new byte[10]);
        wire.stuck = true;
        link.finish(Kind.LEAVE, new byte[1], new IllegalStateException("it is over"));
        channel.runPendingTasks();
        assertThat(channel.runScheduledPendingTasks()).isPositive();
        channel.pipeline().close(); // not by the channel itself, which would forget what is to be done
        assertThat(heard.ends).hasSize(1);
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }
}
