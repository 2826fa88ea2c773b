package io.broccoli.deploy;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The modules that are on their way to a node: few, and each only as long as pieces come. Used by one thread at a time. */
final class OpenTransfers {

    static final int MOST = 4;

    /** A transfer without a signed step for so long is given up. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(120);

    private final LongSupplier nanoTime;
    private final Map<Long, Transfer> open = new LinkedHashMap<>(); // by number
    private long numbers;

    OpenTransfers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The one that was opened with this very announcement: a task may come twice. */
    Optional<Transfer> find(Announcement announced) {
        expire();
        return open.values().stream()
                .filter(each -> each.announced().equals(announced))
                .findFirst();
    }

    /** Opens one, in the place of an older one of the same module, or of that which was longest untouched. */
    Transfer open(Announcement announced) {
        expire();
        open.values().removeIf(each -> each.announced().name().equals(announced.name()));
        if (open.size() >= MOST) {
            long now = nanoTime.getAsLong();
            open.values().stream()
                    .max(Comparator.comparingLong(each -> now - each.touched()))
                    .ifPresent(this::end);
        }
        Transfer opened = new Transfer(++numbers, announced, nanoTime.getAsLong());
        open.put(opened.number(), opened);
        return opened;
    }

    /** @throws ModuleException if there is none of this number */
    Transfer get(long number) {
        expire();
        Transfer found = open.get(number);
        if (found == null) {
            throw new ModuleException("there is no transfer " + number + ": it ended, somebody else has begun a"
                    + " deployment since, or no piece came for " + LONGEST_PAUSE.toSeconds() + " s");
        }
        return found;
    }

    void touch(Transfer transfer) {
        transfer.touch(nanoTime.getAsLong());
    }

    void end(Transfer transfer) {
        open.remove(transfer.number());
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Gives up those without a step for too long. */
    void expire() {
        long now = nanoTime.getAsLong();
        open.values().removeIf(each -> now - each.touched() > LONGEST_PAUSE.toNanos());
    }
}
