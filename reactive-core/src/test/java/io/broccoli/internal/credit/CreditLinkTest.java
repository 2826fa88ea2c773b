package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.internal.base.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditLinkTest {

    private static final long EPOCH = 1L << Timing.EPOCH_BITS;

    private final CreditLink<String> link = new CreditLink<>(1, IdBlocks.above(0), new LinkEvents<>() {
        @Override
        public void outcome(String element, ResultStatus status, Payload payload) {}

        @Override
        public void lost(String element, boolean mayHaveStarted) {}
    });
    private final List<Frame.ToNode> sent = new ArrayList<>();
    private long now;

    private void grant(long ctl, long limit) {
        link.grant(new Frame.Grant(1, EPOCH, ctl, limit, SeqRanges.NONE, 0), now);
    }

    private Frame.ToNode keep() {
        link.keep(now, 1024, 0, sent::add);
        return sent.get(sent.size() - 1);
    }

    /** Found by the world forgottenLinks, seed 47: a late frame of the former life had opened a link at the node. */
    @Test
    void aLinkMadeAnewGoesOnAboveTheNumbersThatTheNodeHeardOfItsFormerLife() {
        link.want(3);
        assertThat(keep().ctl()).isEqualTo(1);
        grant(57, 0);
        now += Timing.REANNOUNCE;
        assertThat(keep().ctl())
                .as("the node takes a want only from a newer frame")
                .isEqualTo(58);
        link.want(0);
        assertThat(link.isBusy())
                .as("what is wanted is told until the node heard it")
                .isTrue();
    }

    /** Found by the world liar, seed 0. */
    @Test
    void aNodeThatNeverAnsweredIsNotAskedForEverWhenNothingIsWantedAnyMore() {
        link.want(3);
        keep();
        link.want(0);
        assertThat(link.isBusy()).isFalse();
        grant(1, 0);
        assertThat(link.isBusy()).as("it lives, and does not know yet").isTrue();
    }

    /** Found by the boards' side of the protocol. */
    @Test
    void whatIsWantedInANewEpochIsToldAtOnceThoughAsMuchWasWantedBefore() {
        link.want(1);
        keep();
        link.want(0);
        grant(1, 0); // nothing is wanted now: no frame of this epoch goes out, and the node gives nothing before one
        // does
        link.want(1);
        assertThat(Deadline.isOver(link.nextKeep(now), now)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -3_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE - 3_000_000_000L, Long.MAX_VALUE})
    void aNodeThatFallsSilentIsGivenUpAfterALeaseWhereverTheClockBegan(long begun) {
        now = begun;
        link.want(3);
        keep();
        grant(1, 3);
        for (; now - begun < Timing.LEASE; now += Timing.REANNOUNCE) {
            keep();
            assertThat(link.isSilent()).isFalse();
        }
        keep();
        assertThat(link.isSilent()).isTrue();
        assertThat(link.epoch()).isZero();
        assertThat(keep().linkEpoch()).as("it says so").isEqualTo(-EPOCH);
    }

    @Test
    void aNodeThatPromisesMoreThanAnyCanHoldIsNotBelieved() {
        link.want(3);
        keep();
        grant(1, Long.MAX_VALUE);
        assertThat(link.usable()).isEqualTo(OpenSeqs.MOST_CREDIT);
        link.want(0);
        assertThat(link.usable()).as("given back at once").isZero();
    }

    @Test
    void aNodeThatPromisesAgainAndAgainAndAnswersNothingFillsNoMemory() {
        link.want(3);
        keep();
        grant(1, Long.MAX_VALUE);
        link.want(0);
        for (long limit = Long.MAX_VALUE - 10; limit < Long.MAX_VALUE; limit++) {
            grant(1, limit);
            assertThat(link.usable())
                    .as("all that can be given back is open already")
                    .isZero();
            link.want(0);
        }
    }

    @Test
    void creditThatIsMoreThanWantedForASecondIsGivenBack() {
        link.want(10);
        keep();
        grant(1, 10);
        link.want(2);
        link.tick();
        assertThat(link.cancel()).as("it may be wanted again soon").isNull();
        link.tick();
        assertThat(link.cancel()).isEqualTo(new Frame.Cancel(1, EPOCH, 2, 2, new SeqRanges(0, 1, 8)));
        assertThat(link.usable()).isEqualTo(2);
    }

    private long launch(String element) {
        return link.launch(element, Payload.EMPTY, null, now);
    }

    private static Frame.Results results(long seq) {
        return new Frame.Results(
                1, EPOCH, 1, 10, -1, List.of(new Frame.Result(seq, ResultStatus.SUCCESS, Payload.EMPTY)));
    }

    @Test
    void aVoidThatWasNotToldIsForgottenWithItsEpochForItsNumberIsThatOfAnotherTaskThen() {
        link.want(3);
        keep();
        grant(1, 3);
        long seq = launch("a");
        link.tasks(now, 64, 8, 200);
        link.voidSeq(seq);
        link.grant(new Frame.Grant(1, EPOCH + 1, 2, 3, SeqRanges.NONE, 0), now);
        assertThat(launch("b")).isEqualTo(seq);
        assertThat(link.cancel()).isNull();
    }

    @Test
    void whatWasToBeSentAgainIsForgottenWithItsEpochForItsNumberIsThatOfAnotherTaskThen() {
        link.want(3);
        keep();
        grant(1, 3);
        launch("a");
        link.tasks(now, 64, 8, 200);
        keep();
        now += Timing.REANNOUNCE;
        grant(3, 3);
        assertThat(link.hasTasks()).as("it was lost").isTrue();
        link.grant(new Frame.Grant(1, EPOCH + 1, 4, 3, SeqRanges.NONE, 0), now);
        assertThat(link.hasTasks()).isFalse();
        launch("b");
        assertThat(link.tasks(now, 64, 8, 200)).isNotNull();
        assertThat(link.tasks(now, 64, 8, 200)).as("once is enough").isNull();
        assertThat(link.resent()).isZero();
    }

    @Test
    void theIdsOfALinkAreAboveItsBaseEachOfThemOnce() {
        CreditLink<String> above = new CreditLink<>(1, IdBlocks.above(1L << 40), new LinkEvents<>() {
            @Override
            public void outcome(String element, ResultStatus status, Payload payload) {}

            @Override
            public void lost(String element, boolean mayHaveStarted) {}
        });
        for (long id = (1L << 40) + 1; id <= (1L << 40) + 2L * CreditLink.ID_BLOCK; id++) {
            assertThat(above.idOf(above.launch("a", Payload.EMPTY, null, now))).isEqualTo(id);
        }
    }

    @Test
    void theRoundTripIsThatOfTasksThatWereSentOnce() {
        link.want(3);
        keep();
        grant(1, 3);
        long once = launch("a");
        long twice = launch("b");
        link.tasks(now, 64, 8, 200);
        assertThat(link.smoothedRoundTrip()).as("nothing came").isZero();
        now += Timing.REANNOUNCE;
        grant(keep().ctl(), 3);
        now += Timing.REANNOUNCE;
        assertThat(link.tasks(now, 1, 8, 200))
                .as("the first has to be sent again")
                .isNotNull();
        link.results(results(once), now);
        assertThat(link.smoothedRoundTrip())
                .as("which of the two it answers is not known")
                .isZero();
        link.results(results(twice), now);
        assertThat(link.smoothedRoundTrip())
                .as("it starts at 100 ms, and goes an eighth of the way")
                .isEqualTo((7 * 100_000_000L + 2 * Timing.REANNOUNCE) / 8);
    }

    /** A fifth of what it takes of other numbers, and one. */
    @Test
    void aPollAsksForNoMoreStreamsThanItHasRoomForAndAnotherFollowsForTheRest() {
        link.mostRanges(10);
        link.want(8);
        keep();
        grant(1, 8);
        List<Long> seqs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ItemSink sink = new ItemSink(1);
            sink.taken(); // its node is to be told
            seqs.add(link.launch("a", Payload.EMPTY, sink, now));
        }
        link.tasks(now, 64, 8, 200);
        link.grant(new Frame.Grant(1, EPOCH, 2, 8, new SeqRanges(8, new long[0]), 0), now);
        List<Long> asked = new ArrayList<>();
        for (int size : new int[] {3, 3, 2}) {
            now = link.nextKeep(now);
            Frame.Poll poll = (Frame.Poll) keep();
            assertThat(poll.items()).hasSize(size);
            poll.items().forEach(ask -> asked.add(ask.seq()));
            grant(poll.ctl(), 8);
        }
        assertThat(asked).isEqualTo(seqs);
    }
}
