package io.broccoli.frame;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of the credit protocol. The transport identifies the sender, not the frame.
 *
 * <p>{@code ctl} numbers the frames of a producer on its link. It orders the values of {@code want}, and its echo says
 * which frames the node has received. The node assigns {@code linkEpoch}; it is 0 if the producer knows none.
 */
public sealed interface Frame {

    /** The version of the wire format. A member of another version is refused. */
    int VERSION = 1;

    /** Feature bit: the member reads runs of tasks. */
    int COLUMNS = 1;

    /** The largest weight of a producer, whatever it announces. */
    int MOST_WEIGHT = 16;

    /** The announcement of a node. It is its presence and, with the state GONE, its will. */
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

    /** A frame from a producer to a node. */
    sealed interface ToNode extends Frame permits Poll, Tasks, Cancel {
        long producerEpoch();

        long linkEpoch();

        long ctl();

        int want();
    }

    /** A frame from a node to a producer. */
    sealed interface ToProducer extends Frame permits Grant, Results, Items, Nack {
        long linkEpoch();
    }

    /**
     * The producer announces how many tasks it would send, and asks for late outcomes.
     *
     * @param linkEpoch 0: none is known; negative: the producer gave this epoch up
     * @param open seqs that the node has seen and whose outcome is late
     * @param items progress of item streams
     * @param weight the share of this producer when more is wanted than there is, 1 to {@link #MOST_WEIGHT}
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

    /**
     * The progress of one item stream.
     *
     * @param seq the seq of its task
     * @param received the last item received without a gap
     * @param limit how many items may be sent in all
     */
    record ItemAsk(long seq, long received, long limit) {}

    /** The node grants credit up to {@code limit}, and reports the seqs that it has seen. */
    record Grant(long producerEpoch, long linkEpoch, long ctl, long limit, SeqRanges seen, int free)
            implements ToProducer {}

    /**
     * Tasks with consecutive seqs.
     *
     * @param firstId the id of the first task; the id of another task is firstId + its place
     * @param bodies the bodies; null if a seq is not in this frame
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

    /** Outcomes, with the latest limit. */
    record Results(long producerEpoch, long linkEpoch, long ctl, long limit, int free, List<Result> entries)
            implements ToProducer {}

    /**
     * The outcome of one seq.
     *
     * @param payload SUCCESS: the value; FAILURE and BAD_ARGUMENTS: a list of kind, message, trace and step; RETURNED:
     *     the ordinal of a {@link Reason}; END: the number of items; otherwise empty
     */
    record Result(long seq, ResultStatus status, Payload payload) {}

    /** How a task ended at a node. */
    enum ResultStatus {
        SUCCESS,
        FAILURE,
        BAD_ARGUMENTS,
        /** Never started. */
        CANCELLED,
        /** Started, then stopped. */
        ABORTED,
        /** Not run, or its result is lost. The reason says which. */
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
        /** The node is short of memory. */
        OVERLOADED
    }

    /** Items of item streams. */
    record Items(long producerEpoch, long linkEpoch, List<ItemRun> runs) implements ToProducer {}

    /**
     * Consecutive items of one stream.
     *
     * @param seq the seq of its task
     * @param first the index of the first item; 1 is the first of the stream
     * @param last whether the stream ends with these items
     * @param values the items
     */
    record ItemRun(long seq, long first, boolean last, List<Payload> values) {}

    /** Voids seqs: the node drops what it holds of them, and those that never arrived count as seen. */
    record Cancel(long producerEpoch, long linkEpoch, long ctl, int want, SeqRanges ranges) implements ToNode {}

    /**
     * The node refuses a frame, or seqs of it.
     *
     * @param current STALE_PRODUCER: the producer epoch that the node knows; VERSION: the version that it uses
     */
    record Nack(long linkEpoch, long firstSeq, long lastSeq, Refusal reason, long current) implements ToProducer {}

    /** Why a frame was refused. */
    enum Refusal {
        STALE_PRODUCER,
        NO_CREDIT,
        BUSY,
        VERSION
    }

    /** The last frame of a member that leaves. */
    record Bye(long epoch) implements Frame {}
}
