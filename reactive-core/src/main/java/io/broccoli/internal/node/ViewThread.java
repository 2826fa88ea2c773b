package io.broccoli.internal.node;

import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.boundary.WorkerThread;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewRun;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a view on a thread of the node's sources, as it may call users' functions. Readings wait here for the thread: of those that
 * were not asked for, the newest. What may be called where is said with each method.
 */
final class ViewThread {

    /** Readings that are worked on before their results are handed on. */
    private static final int MOST_AT_A_TIME = 256;

    private sealed interface Input {}

    private record Given(long sequence, Intake.Arrival sample) implements Input {}

    private record Tick(long time) implements Input {}

    private record End() implements Input {}

    /** A result of the view, as it is sent. */
    record Passed(long sequence, Intake.Arrival sample) {}

    /** Why the view failed, and in which of its steps; 0: in none in particular. */
    record Failure(ForeignFailure why, int step) {}

    /**
     * What came of some readings.
     *
     * @param taken readings that wait no more
     * @param read the newest of them, and when it was given; 0: none was read
     * @param ended whether the end of the source was among them
     */
    record Batch(
            int taken,
            long read,
            long time,
            List<Passed> results,
            @Nullable Failure failure,
            boolean ended) {}

    private final WorkerThread thread;
    private final ThreadActions actions;
    private final Values values;
    private final ViewRun run; // on the thread
    private final boolean counts;
    private final Consumer<Batch> out;

    // Guarded by this.
    private final ArrayDeque<Input> inbox = new ArrayDeque<>();
    private long bytes;
    private int readings;
    private int dropped; // since the last batch
    private boolean scheduled;
    private boolean closed;

    /**
     * @param counts whether no more readings come than were asked for
     * @param out is told of each batch, on the thread, in order
     */
    ViewThread(WorkerThread thread, Values values, ViewRun run, boolean counts, Consumer<Batch> out) {
        this.thread = thread;
        this.actions = new ThreadActions(thread);
        this.values = values;
        this.run = run;
        this.counts = counts;
        this.out = out;
    }

    /**
     * Takes a reading. On the executor, as all that is given.
     *
     * @return why it is never looked at, in words; null if it will be
     */
    @Nullable String offer(long sequence, Intake.Arrival sample) {
        synchronized (this) {
            bytes += sample.value().length();
            readings++;
            while (!counts && readings > 1 && (readings > Intake.MAX_WAITING || bytes > Intake.MAX_BYTES)) {
                dropOldest();
            }
        }
        return put(new Given(sequence, sample));
    }

    private void dropOldest() {
        Input oldest = inbox.removeFirst(); // a tick may be: the readings behind it tell the time too
        if (oldest instanceof Given given) {
            bytes -= given.sample().value().length();
            readings--;
            dropped++;
        }
    }

    /** All readings before this time were given. */
    @Nullable String tick(long time) {
        return put(new Tick(time));
    }

    /** No reading comes any more. */
    @Nullable String end() {
        return put(new End());
    }

    private @Nullable String put(Input input) {
        synchronized (this) {
            inbox.addLast(input);
            if (scheduled || closed) {
                return null;
            }
            scheduled = true;
        }
        return actions.schedule(this::work);
    }

    /** To be called once in a while: what the scheduler lost is scheduled again. */
    @Nullable String tend() {
        return actions.tend();
    }

    /** Nobody waits for results any more. */
    void close() {
        synchronized (this) {
            closed = true;
            inbox.clear();
        }
        thread.dispose();
    }

    // ---- on the thread

    private void work() {
        List<Input> inputs = take();
        while (!inputs.isEmpty()) {
            Batch batch = work(inputs);
            out.accept(batch);
            inputs = batch.failure() != null ? List.of() : take();
        }
    }

    private synchronized List<Input> take() {
        List<Input> taken = new ArrayList<>(Math.min(inbox.size(), MOST_AT_A_TIME));
        while (!closed && !inbox.isEmpty() && taken.size() < MOST_AT_A_TIME) {
            Input next = inbox.removeFirst();
            if (next instanceof Given given) {
                bytes -= given.sample().value().length();
                readings--;
            }
            taken.add(next);
        }
        if (taken.isEmpty()) {
            scheduled = false;
        }
        return taken;
    }

    private Batch work(List<Input> inputs) {
        int taken = 0;
        synchronized (this) {
            taken += dropped;
            dropped = 0;
        }
        List<Passed> results = new ArrayList<>();
        Failure failure = null;
        boolean ended = false;
        long read = 0;
        long time = 0;
        for (Input input : inputs) {
            taken += input instanceof Given ? 1 : 0;
            if (failure == null) {
                ended = ended || input instanceof End;
                failure = work(input, results);
                if (failure == null && input instanceof Given given) {
                    read = given.sequence();
                    time = given.sample().timeMillis();
                }
            }
        }
        return new Batch(taken, read, time, results, failure, ended);
    }

    private @Nullable Failure work(Input input, List<Passed> results) {
        try {
            List<ViewRun.Result> passed;
            if (input instanceof Given given) {
                Object value = values.decodePlain(given.sample().value());
                passed = run.take(
                        new ViewRun.Reading(given.sequence(), 0, given.sample().timeMillis(), 0, value));
            } else {
                passed = input instanceof Tick tick ? run.tick(tick.time()) : run.end();
            }
            for (ViewRun.Result each : passed) {
                Payload value = values.encode(each.value());
                results.add(new Passed(each.sequence(), new Intake.Arrival(each.time(), value, each.used())));
            }
            return null;
        } catch (ForeignFailure unwritable) {
            return new Failure(unwritable, 0);
        } catch (Fault fault) {
            return failure(FailureKind.TASK_FAILED, fault);
        } catch (MalformedFrameException unreadable) {
            return failure(FailureKind.CONVERSION, new Fault(String.valueOf(unreadable.getMessage())));
        }
    }

    /** A fault as a failure of its task. */
    static Failure failure(FailureKind kind, Fault fault) {
        String where = fault.step() > 0 ? "Step " + fault.step() + " of the view: " : "The view: ";
        return new Failure(
                new ForeignFailure(kind, where + fault.message(), fault.type(), fault.trace(), fault), fault.step());
    }
}
