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
 * is under way, unless that waits for sub-tasks. What goes on after that, and sub-tasks in their parent's place, go before jobs
 * that have not begun. The queue is bounded by the node's credit.
 */
final class Workers {

    private final FairQueue queue = new FairQueue();
    private final Queue<Step> begun =
            new ConcurrentLinkedQueue<>(); // bounded by the jobs that have begun, and their depth
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

    /** What a job that has begun does next, on whichever worker is free. */
    interface Step {

        /**
         * @param worker runs a later step on the thread of the worker that runs this one
         * @return whether the worker is free again; if not, it waits for a step that says so
         */
        boolean run(Consumer<BooleanSupplier> worker);
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
        resume(worker -> runner.run(job, worker));
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

    /** Takes the next free worker, before jobs that have not begun. May be called from any thread. */
    void resume(Step step) {
        begun.offer(step);
        wake(1);
    }

    void remove(Job job) {
        queue.remove(job);
    }

    /** Forgets producers of which nothing waits. */
    void prune() {
        queue.prune();
    }

    /** How many have not begun; counts them one by one. */
    int waiting() {
        return queue.size();
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
                Step step = begun.poll();
                if (step != null) {
                    if (!step.run(resume)) {
                        return;
                    }
                    continue;
                }
                Job job = queue.poll();
                if (job == null) {
                    busy.set(false);
                    if (queue.isEmpty() && begun.isEmpty() || !busy.compareAndSet(false, true)) {
                        return;
                    }
                } else if (job.start() && !runner.run(job, resume)) {
                    return;
                }
            }
        }
    }
}
