package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.List;

/**
 * A node that answers nonsense, until it falls silent: producers must stay within their bounds, and get all done elsewhere. It
 * does not claim to have done what it was sent: nobody could know better.
 */
final class Liar extends Member {

    private static final long MUCH = 1L << 60;

    private final long until;
    private long epoch = 1L << Timing.EPOCH_BITS;
    private long limit;

    /** @param until seconds */
    Liar(World world, String name, int until) {
        super(world, name);
        this.until = until * World.SECOND;
    }

    @Override
    void receive(String from, Frame frame) {
        if (frame instanceof Frame.ToNode heard && world.now < until) {
            for (int i = world.random.nextInt(3); i > 0; i--) {
                world.network.send(name, from, lie(heard));
            }
        }
    }

    private Frame lie(Frame.ToNode heard) {
        epoch += world.random.nextInt(8) == 0 ? world.any(List.of(-1, 1, 1, 1000)) : 0;
        limit += world.random.nextInt(8) == 0 ? world.any(List.of(-5L, 10L, 30L)) : 1;
        limit = world.random.nextInt(60) == 0 ? MUCH : Math.min(limit, 200);
        long ctl = world.any(List.of(heard.ctl(), heard.ctl(), 0L, -1L, heard.ctl() + 1000, Long.MAX_VALUE));
        return switch (world.random.nextInt(8)) {
            case 0, 1, 2 ->
                new Frame.Grant(
                        heard.producerEpoch(),
                        epoch,
                        ctl,
                        limit,
                        new SeqRanges(world.any(List.of(0L, 0L, 3L, MUCH))),
                        0);
            case 3 ->
                new Frame.Nack(
                        heard.linkEpoch(),
                        -3,
                        MUCH,
                        world.any(List.of(Refusal.values())),
                        world.any(List.of(-1L, 0L, 7L)));
            default ->
                new Frame.Results(heard.producerEpoch(), epoch, ctl, limit, -1, List.of(result(), result(), result()));
        };
    }

    private Result result() {
        long seq = world.any(List.of(1L, 2L, 3L, (long) world.random.nextInt(100), -1L, limit, Long.MAX_VALUE));
        ResultStatus status = world.any(List.of(ResultStatus.RETURNED, ResultStatus.CANCELLED, ResultStatus.ABORTED));
        Reason reason = world.any(List.of(Reason.RESULT_GONE, Reason.EXPIRED, Reason.TOO_LARGE));
        return new Result(seq, status, status == ResultStatus.RETURNED ? Answers.reason(reason) : Payload.EMPTY);
    }
}
