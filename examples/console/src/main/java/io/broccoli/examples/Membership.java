package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a command's member is still in its cluster. After an error of the JVM a member leaves by itself; its command must end
 * then, and not run on for nobody.
 */
final class Membership {

    private final String member;
    private final CountDownLatch ended = new CountDownLatch(1);

    Membership(Cluster cluster) {
        this.member = cluster.name();
        cluster.events().subscribe(event -> {}, failed -> ended.countDown(), ended::countDown);
    }

    /**
     * Waits until the member has left by itself; if the process is told to end, it ends meanwhile.
     *
     * @return the exit status
     */
    int await(PrintWriter err) throws InterruptedException {
        ended.await();
        return status(0, err);
    }

    /**
     * Waits for so long.
     *
     * @return false if the member left by itself meanwhile
     */
    boolean stays(Duration time) throws InterruptedException {
        return !ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The exit status of a command that ended with another one: it tells if that was because the member left. */
    int status(int otherwise, PrintWriter err) {
        if (!hasLeft()) {
            return otherwise;
        }
        err.println("broccoli: " + member + " left the cluster after an error of the JVM, which its log names;"
                + " start it again");
        err.flush();
        return Broccoli.BROKEN;
    }

    /** Whether the member left, and nobody told it to. */
    boolean hasLeft() {
        return ended.getCount() == 0 && !Cleanup.processIsEnding();
    }
}
