package io.broccoli.deploy;

import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Loads jars, each on a thread of its own: initializers and constructors are foreign code, and may never return. Used by one
 * thread at a time, which it blocks for no longer than it is told.
 */
final class Loading {

    /** Less than a step of a deployment may take: the sender hears what it was. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    /** So many threads may be lost to modules that never get ready. */
    static final int MOST_STUCK = 4;

    private final String node;
    private final Duration longest;
    private final List<Thread> stuck = new ArrayList<>();

    Loading(String node, Duration longest) {
        this.node = node;
        this.longest = longest;
    }

    /**
     * The tasks of a jar.
     *
     * @throws ModuleException if it has none, or a class of it cannot be used, or does not get ready in time
     * @throws ModuleError after an error of the VM
     */
    TaskRegistry tasks(String module, byte[] jar) {
        stuck.removeIf(thread -> !thread.isAlive());
        if (stuck.size() >= MOST_STUCK) {
            throw new ModuleException("node " + node + " loads no more modules, since " + MOST_STUCK
                    + " of them did not get ready and still run; restart the node");
        }
        JarTasks loaded = new JarTasks(module, jar);
        FutureTask<TaskRegistry> task = new FutureTask<>(loaded::load);
        Thread thread = new Thread(task, "broccoli-" + node + "-loads-" + module);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw rethrown(Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (TimeoutException late) {
            String where =
                    loaded.at() + " did not return within " + longest.toMillis() + " ms; it is at " + place(thread);
            giveUp(thread);
            throw new ModuleException(where);
        } catch (InterruptedException ending) {
            giveUp(thread);
            Thread.currentThread().interrupt();
            throw new ModuleException("the node ended while " + loaded.at() + " ran");
        }
    }

    private void giveUp(Thread thread) {
        thread.interrupt();
        stuck.add(thread);
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof ModuleException known
                ? known
                : new ModuleException("it cannot be loaded: " + ForeignWords.described(failure), failure);
    }

    /** Where a module's code is, and not what of the JDK it waits in. */
    private static String place(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().matches("(java|jdk|sun)\\..*")) {
                return frame.toString();
            }
        }
        return "an unknown place";
    }
}
