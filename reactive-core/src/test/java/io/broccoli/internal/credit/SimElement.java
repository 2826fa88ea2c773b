package io.broccoli.internal.credit;

import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.List;

/** One element of a stream, on its way through attempts and copies. */
final class SimElement implements Comparable<SimElement> {

    private static final int MAX_ATTEMPTS = 4;

    final SimStream stream;
    final int index; // the first is 1
    final List<Copy> copies = new ArrayList<>();
    State state = State.WAITING;
    End end = End.NONE;
    int failures;
    private final int place;
    private long id;
    private int started;

    enum State {
        WAITING,
        IN_FLIGHT,
        BACKING_OFF,
        ENDED,
        DROPPED
    }

    enum End {
        NONE,
        VALUE,
        FAILED,
        UNKNOWN
    }

    /** The element under way on one link. */
    static final class Copy {
        final SimElement element;
        final SimLink link;
        final long at;
        long seq;

        Copy(SimElement element, SimLink link, long at) {
            this.element = element;
            this.link = link;
            this.at = at;
        }

        @Override
        public String toString() {
            return element + " as " + link.node + "/" + seq;
        }
    }

    SimElement(SimStream stream, int index) {
        this.stream = stream;
        this.index = index;
        this.place = stream.world.elements.size();
        stream.world.elements.add(this);
    }

    Payload body() {
        return new SimBody(place, failures, stream.failsOf(index), stream.atMostOnce).encode();
    }

    void await() {
        state = State.WAITING;
        stream.producer.await(this);
    }

    // ---- what links tell

    void outcome(Copy copy, ResultStatus status, Payload payload) {
        if (!copies.remove(copy) || state != State.IN_FLIGHT) {
            throw new Broken("I4 an outcome that nobody waits for:", status, "of", copy, state);
        }
        switch (status) {
            case SUCCESS -> {
                if (SimBody.decode(payload).element() != place) {
                    throw new Broken("I4 the result of another element:", SimBody.decode(payload), "for", copy);
                }
                end(End.VALUE);
            }
            case FAILURE -> {
                if (copies.isEmpty()) { // a failure counts when no copy is left
                    failed();
                }
            }
            case CANCELLED -> again();
            case RETURNED -> {
                if (CreditLedger.isReason(payload, Reason.RESULT_GONE)) {
                    lost(true);
                } else {
                    again();
                }
            }
            default -> lost(true);
        }
    }

    void lost(Copy copy, boolean mayHaveStarted) {
        if (copies.remove(copy)) {
            lost(mayHaveStarted);
        }
    }

    private void lost(boolean mayHaveStarted) {
        if (stream.atMostOnce && mayHaveStarted) {
            end(End.UNKNOWN);
        } else {
            again();
        }
    }

    private void again() {
        if (copies.isEmpty()) {
            await();
        }
    }

    private void failed() {
        failures++;
        if (failures >= MAX_ATTEMPTS || stream.atMostOnce) {
            end(End.FAILED);
            return;
        }
        state = State.BACKING_OFF;
        stream.producer.timer((200L << failures) * World.MILLI, () -> {
            if (state == State.BACKING_OFF) {
                await();
                stream.producer.pump();
            }
        });
    }

    private void end(End how) {
        state = State.ENDED;
        end = how;
        voidCopies();
        stream.ended(this);
    }

    void drop() {
        state = State.DROPPED;
        voidCopies();
    }

    private void voidCopies() {
        copies.forEach(copy -> copy.link.credit.voidSeq(copy.seq));
        copies.clear();
    }

    // ---- what really happened

    /** A node took a task of this element, under this id. */
    @SuppressWarnings("ReferenceEquality") // no two elements are the same
    void accepted(long taskId) {
        SimElement other = stream.producer.ids.putIfAbsent(taskId, this);
        if (other != null && other != this) {
            throw new Broken("ID", taskId, "is that of", this, "and of", other);
        }
        id = taskId;
    }

    void started() {
        started++;
        if (stream.atMostOnce && started > 1) {
            throw new Broken("I13 at most once, but started twice:", this);
        }
    }

    boolean failedForGood() {
        return stream.atMostOnce || stream.failsOf(index) >= MAX_ATTEMPTS;
    }

    @Override
    public int compareTo(SimElement other) {
        return index != other.index ? Integer.compare(index, other.index) : Integer.compare(place, other.place);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return place;
    }

    @Override
    public String toString() {
        return stream + "#" + index + " (id " + id + ")";
    }
}
