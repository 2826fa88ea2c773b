package io.broccoli.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/**
 * The workers of a node. Each takes job after job from the queue, and holds one at a time, also while its handler's {@code Mono}
 * is under way. The queue is bounded by the node's credit.
 */
final class Workers {

    private final Queue<Job> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Job> resumed = new ConcurrentLinkedQueue<>(); // they run already, and gave their worker away
    private final List<Worker> workers = new ArrayList<>();
    private final Runner runner;

    /** Runs a job. */
    interface Runner {

        /**
         * @param worker runs a later step of the job on the worker's thread; the step says whether the job is done
         * @return whether the job is done; if not, the worker waits for a step that says so
         */
        boolean run(Job job, Consumer<BooleanSupplier> worker);
    }

    Workers(int count, Scheduler scheduler, Runner runner) {
        this.runner = runner;
        for (int i = 0; i < count; i++) {
            workers.add(new Worker(scheduler.createWorker()));
        }
    }

    void offer(Job job) {
        queue.offer(job);
    }

    /** Gives a job that runs a worker again, before others begin. */
    void resume(Job job) {
        resumed.offer(job);
        wake(1);
    }

    /** Wakes as many idle workers as there are jobs. */
    void wake(int jobs) {
        int left = jobs;
        for (int i = 0; i < workers.size() && left > 0; i++) {
            if (workers.get(i).wake()) {
                left--;
            }
        }
    }

    void remove(Job job) {
        queue.remove(job);
    }

    /** How many hold a job. */
    int busy() {
        int busy = 0;
        for (Worker worker : workers) {
            busy += worker.busy.get() ? 1 : 0;
        }
        return busy;
    }

    void dispose() {
        workers.forEach(worker -> worker.thread.dispose());
    }

    private final class Worker implements Runnable {
        private final Scheduler.Worker thread;
        private final AtomicBoolean busy = new AtomicBoolean();
        private final Consumer<BooleanSupplier> resume = this::resume;

        Worker(Scheduler.Worker thread) {
            this.thread = thread;
        }

        boolean wake() {
            if (busy.get() || !busy.compareAndSet(false, true)) {
                return false;
            }
            schedule(this);
            return true;
        }

        private void resume(BooleanSupplier step) {
            schedule(() -> {
                if (step.getAsBoolean()) {
                    run();
                }
            });
        }

        private void schedule(Runnable action) {
            if (!thread.isDisposed()) {
                thread.schedule(action);
            }
        }

        @Override
        public void run() {
            while (true) {
                Job again = resumed.poll();
                if (again != null) {
                    if (!runner.run(again, resume)) {
                        return;
                    }
                    continue;
                }
                Job job = queue.poll();
                if (job == null) {
                    busy.set(false);
                    if (queue.isEmpty() && resumed.isEmpty() || !busy.compareAndSet(false, true)) {
                        return;
                    }
                } else if (job.start() && !runner.run(job, resume)) {
                    return;
                }
            }
        }
    }
}
