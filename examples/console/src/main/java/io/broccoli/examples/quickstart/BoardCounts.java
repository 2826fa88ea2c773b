package io.broccoli.examples.quickstart;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How many tasks each board has finished: asked when all is done, answered as news. */
public final class BoardCounts implements Consumer<Map<?, ?>> {

    private static final long LONGEST_ANSWER_MILLIS = 5_000;

    private static final String QUESTION = "eval all from broccoli import node; answer = node.current.runner.succeeded";

    private final Map<String, Integer> finished = new TreeMap<>();
    private @Nullable Commands commands;

    /** Takes a command for the boards' host. */
    @FunctionalInterface
    public interface Commands {
        void accept(String line) throws IOException;
    }

    void haveBoards(Commands theirs) {
        commands = theirs;
    }

    boolean areThere() {
        return commands != null;
    }

    @Override
    public synchronized void accept(Map<?, ?> news) {
        if (news.get("board") instanceof String board && news.get("answer") instanceof Integer count) {
            finished.put(board, count);
            notifyAll();
        }
    }

    /** Blocks, five seconds at most, until so many boards answered; a board that does not is left out. */
    synchronized Map<String, Integer> finished(int boards) throws IOException, InterruptedException {
        finished.clear();
        if (commands != null) {
            commands.accept(QUESTION);
        }
        long end = System.nanoTime() + LONGEST_ANSWER_MILLIS * 1_000_000;
        for (long left = LONGEST_ANSWER_MILLIS; finished.size() < boards && left > 0; ) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return new TreeMap<>(finished);
    }
}
