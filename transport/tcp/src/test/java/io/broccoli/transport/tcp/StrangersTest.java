package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StrangersTest {

    private long now;
    private final Strangers strangers = new Strangers(Duration.ofSeconds(10), () -> now);
    private final List<Throwable> ends = new ArrayList<>();

    private Link greeted(EmbeddedChannel channel) {
        Link link = new Link(channel, false, "there", 1_024, new Link.Listener() {
            @Override
            public void message(Link from, Kind kind, byte[] body) {}

            @Override
            public boolean isFull() {
                return false;
            }

            @Override
            public void closed(Link ended, Throwable cause) {
                strangers.lost(ended);
                ends.add(cause);
            }
        });
        Hello self = new Hello("c", "a", 1, 1, new byte[Hello.NONCE], new Host("", 0), 1_024);
        strangers.greet(link, new Handshake(false, self, null, link::say, hello -> null, hello -> {}));
        return link;
    }

    @Test
    void whoDoesNotSayWhoItIsIsShownTheDoor() {
        EmbeddedChannel channel = new EmbeddedChannel();
        strangers.accept(channel);
        greeted(channel);
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(ends).singleElement().satisfies(each -> assertThat(each).hasMessageContaining("no message from"));
        assertThat(strangers.dropped()).isEqualTo(1);
    }

    /** As many as may be there, all accepted now. */
    private List<EmbeddedChannel> crowd() {
        List<EmbeddedChannel> crowd = new ArrayList<>();
        for (int i = 0; i < Strangers.MOST; i++) {
            crowd.add(accepted());
        }
        return crowd;
    }

    private EmbeddedChannel accepted() {
        EmbeddedChannel channel = new EmbeddedChannel();
        strangers.accept(channel);
        return channel;
    }

    @Test
    void whoComesWhereTooManyAreIsTurnedAway() {
        List<EmbeddedChannel> crowd = crowd();
        now += TimeUnit.MILLISECONDS.toNanos(999);
        assertThat(accepted().isOpen()).isFalse();
        assertThat(crowd).allMatch(EmbeddedChannel::isOpen);
        assertThat(strangers.dropped()).isEqualTo(1);
    }

    @Test
    void whoHadTimeEnoughToSayWhoItIsGivesWay() {
        List<EmbeddedChannel> crowd = crowd();
        now += TimeUnit.SECONDS.toNanos(1);
        EmbeddedChannel late = accepted();
        assertThat(late.isOpen()).isTrue();
        assertThat(crowd.get(0).isOpen()).isFalse();
        assertThat(crowd.subList(1, Strangers.MOST)).allMatch(EmbeddedChannel::isOpen);
        assertThat(strangers.dropped()).isEqualTo(1);
    }

    @Test
    void whoLeavesOrIsKnownMakesRoomForAnother() {
        List<EmbeddedChannel> crowd = crowd();
        crowd.get(7).close();
        Link known = greeted(crowd.get(8));
        strangers.known(known);
        assertThat(accepted().isOpen()).isTrue();
        assertThat(accepted().isOpen()).isTrue();
        assertThat(accepted().isOpen()).isFalse();
        assertThat(crowd.get(8).isOpen()).isTrue();
    }

    @Test
    void aGreetingThatEndedLeavesNothingToBeDone() {
        EmbeddedChannel known = new EmbeddedChannel();
        strangers.accept(known);
        strangers.known(greeted(known));
        assertThat(known.runScheduledPendingTasks()).isEqualTo(-1);
        EmbeddedChannel lost = new EmbeddedChannel();
        strangers.accept(lost);
        greeted(lost);
        lost.pipeline().close(); // not by the channel itself, which would forget what is to be done
        assertThat(lost.runScheduledPendingTasks()).isEqualTo(-1);
        assertThat(ends).hasSize(1);
    }
}
