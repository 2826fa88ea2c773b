package io.broccoli.frame;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of the credit protocol. Who sent it is said by the transport (the inbox topic names the sender), not by the frame.
 *
 * <p>{@code ctl} is the number of a producer's frame on its link; it orders {@code want} and says what an echo has covered.
 * {@code linkEpoch} is given by the node, 0 where the producer knows none.
 */
public sealed interface Frame {

    /** The version of the wire format that this code speaks; a member of another version is refused. */
    int VERSION = 1;

    /** Feature bit: runs of one function may travel as columns. */
    int COLUMNS = 1;

    /** No producer counts for more than so many of weight 1, whatever it says. */
    int MOST_WEIGHT = 16;

    /** A node tells what it is; kept by the broker, and, with state GONE, its will. */
    record Status(
            String member,
            long bootEpoch,
            MemberState state,
            int queue,
            int workers,
            int free,
            int maxFrame,
            int maxTask,
            int features,
            Site site,
            List<FunctionInfo> functions)
            implements Frame {
        public Status {
            functions = List.copyOf(functions);
        }
    }

    /** The state that a node announces. */
    enum MemberState {
        ACTIVE,
        DRAINING,
        GONE
    }

    /** A frame from the producer of a link to its node. */
    sealed interface ToNode extends Frame permits Poll, Tasks, Cancel {
        long producerEpoch();

        long linkEpoch();

        long ctl();

        int want();
    }

    /** A frame from the node of a link to its producer. */
    sealed interface ToProducer extends Frame permits Grant, Results, Items, Nack {
        long linkEpoch();
    }

    /**
     * The producer says how many tasks it would send, and asks for outcomes that are late.
     *
     * @param linkEpoch 0: none known; negative: "I gave this one up"
     * @param open seqs known as seen whose outcome is late
     * @param items what was received of item streams
     * @param weight of this producer among those that want more than there is, 1 to {@link #MOST_WEIGHT}
     */
    record Poll(
            long producerEpoch,
            long linkEpoch,
            long ctl,
            int want,
            long[] open,
            List<ItemAsk> items,
            int maxFrame,
            int features,
            int weight)
            implements ToNode {}

    /** Of the item stream {@code seq}: received without a gap up to here, and how many may be sent in all. */
    record ItemAsk(long seq, long received, long limit) {}

    /** The node says up to which seq the producer may go, and which seqs it has seen. */
    record Grant(long producerEpoch, long linkEpoch, long ctl, long limit, SeqRanges seen, int free)
            implements ToProducer {}

    /**
     * Tasks with consecutive seqs.
     *
     * @param firstId the id of the first task; that of another is firstId + its place
     * @param bodies null: this seq is not in this frame
     */
    record Tasks(
            long producerEpoch,
            long linkEpoch,
            long ctl,
            int want,
            long firstSeq,
            long firstId,
            List<@Nullable Payload> bodies)
            implements ToNode {}

    /** Outcomes, with the newest limit. */
    record Results(long producerEpoch, long linkEpoch, long ctl, long limit, int free, List<Result> entries)
            implements ToProducer {}

    /**
     * The outcome of one seq.
     *
     * @param payload SUCCESS: the value; FAILURE and BAD_ARGUMENTS: a list of kind, message, trace and step; RETURNED: the
     *     ordinal of a {@link Reason}; END: the count of items; else empty
     */
    record Result(long seq, ResultStatus status, Payload payload) {}

    /** How a task ended at a node. */
    enum ResultStatus {
        SUCCESS,
        FAILURE,
        BAD_ARGUMENTS,
        /** Never started. */
        CANCELLED,
        /** Started, then disposed. */
        ABORTED,
        /** Not run, or its result is lost; the reason says which. */
        RETURNED,
        /** The end of an item stream. */
        END
    }

    /** Why a task was RETURNED. */
    enum Reason {
        DRAINING,
        UNKNOWN_FUNCTION,
        TOO_LARGE,
        RESULT_GONE,
        EXPIRED,
        /** The node lacks memory for it at the moment. */
        OVERLOADED
    }

    /** Values of item streams. */
    record Items(long producerEpoch, long linkEpoch, List<ItemRun> runs) implements ToProducer {}

    /** Consecutive items of the stream {@code seq}, from the index {@code first} on (1 is the first item). */
    record ItemRun(long seq, long first, boolean last, List<Payload> values) {}

    /** Voids seqs: whatever the node has of them is dropped, and those that never came count as seen. */
    record Cancel(long producerEpoch, long linkEpoch, long ctl, int want, SeqRanges ranges) implements ToNode {}

    /**
     * The node refuses.
     *
     * @param current STALE_PRODUCER: the producer epoch that the node knows; VERSION: the version that it speaks
     */
    record Nack(long linkEpoch, long firstSeq, long lastSeq, Refusal reason, long current) implements ToProducer {}

    /** Why a frame was refused. */
    enum Refusal {
        STALE_PRODUCER,
        NO_CREDIT,
        BUSY,
        VERSION
    }

    /** The last word of a member. */
    record Bye(long epoch) implements Frame {}
}
