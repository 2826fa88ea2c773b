package io.broccoli.hostile;

import static io.broccoli.task.FailureKind.BAD_ARGUMENTS;
import static io.broccoli.task.FailureKind.TASK_FAILED;
import static io.broccoli.task.FailureKind.TIMEOUT;
import static io.broccoli.task.FailureKind.UNENCODABLE;

import io.broccoli.task.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * What must become of a cell: the one place where this is written down. Whatever it is, all other elements of its stream, and all
 * other streams, have their exact results.
 *
 * @param kind of the failure that its element has, where it must have one
 * @param named whether the class of what was thrown must be named
 * @param mentions what the message must have in it
 * @param items values of its element that come before the failure; -1: as many as may be
 */
record Expected(Fate fate, @Nullable FailureKind kind, boolean named, String mentions, int items) {

    /** Said by handlers that fail as any handler may. */
    static final String ON_PURPOSE = "failed on purpose";

    /** How a stream goes on. */
    enum Fate {
        /** Nothing is noticed: each result is there, and the end. */
        EXACT,
        /** Its element fails; the stream goes on. (A feed ends, as it does with a part that fails.) */
        FAILS,
        /** The stream ends at once, with what was thrown. */
        ENDS,
        /** Nothing more comes until the subscriber leaves. */
        OPEN,
        /** Exact, or a failure with a kind other than TIMEOUT, or the end with what was thrown; but not late. */
        ANYHOW,
        /** The same; a TIMEOUT is one of those. */
        ANYHOW_IN_TIME
    }

    static Expected of(Cell cell) {
        return switch (cell.form()) {
            case NESTED -> inside(cell, alike(cell));
            case FEED -> feed(cell);
            default -> alike(cell);
        };
    }

    private static Expected alike(Cell cell) {
        return switch (cell.culprit()) {
            case ARGUMENT -> argument(cell);
            case RESULT ->
                switch (cell.when()) {
                    case BEFORE, INSIDE, NEVER -> fails(cell, UNENCODABLE);
                    case AFTER -> EXACT;
                    case LATE -> TIMED_OUT;
                };
            case ITEM -> item(cell);
            case HANDLER ->
                switch (cell.when()) {
                    case BEFORE, INSIDE -> fails(cell, TASK_FAILED);
                    case AFTER -> EXACT; // what it begins when it has ended fails, and nothing else
                    case LATE, NEVER -> TIMED_OUT;
                };
            case MONO, FLUX ->
                switch (cell.when()) {
                    case BEFORE -> fails(cell, TASK_FAILED);
                    case INSIDE -> fails(cell, TASK_FAILED).behind(before(cell));
                    case AFTER -> EXACT;
                    case LATE -> TIMED_OUT.behind(before(cell));
                    case NEVER -> TIMED_OUT;
                };
            case SOURCE ->
                switch (cell.when()) {
                    case BEFORE, INSIDE -> new Expected(Fate.ENDS, null, false, "", -1);
                    case AFTER -> EXACT;
                    case LATE, NEVER -> OPEN;
                };
            case PREDICATE -> fails(cell, TASK_FAILED).mentioning(ON_PURPOSE);
            case ROUTER -> fails(cell, BAD_ARGUMENTS);
            case KEY -> cell.what() == What.NOTHING ? EXACT : fails(cell, BAD_ARGUMENTS);
            case OBSERVER ->
                switch (cell.when()) {
                    case BEFORE, INSIDE -> new Expected(Fate.ENDS, null, false, "", -1);
                    case AFTER, LATE -> EXACT;
                    case NEVER -> OPEN;
                };
            case SCHEDULER ->
                switch (cell.when()) {
                    case BEFORE, AFTER, LATE -> EXACT; // what was refused is asked for again
                    case INSIDE -> new Expected(Fate.ANYHOW, null, false, "", -1);
                    case NEVER -> new Expected(Fate.ANYHOW_IN_TIME, null, false, "", -1);
                };
            case CLOCK -> cell.when() == When.INSIDE ? new Expected(Fate.ANYHOW, null, false, "", -1) : EXACT;
        };
    }

    private static Expected argument(Cell cell) {
        return switch (cell.when()) {
            case BEFORE, INSIDE, NEVER -> fails(cell, UNENCODABLE);
            case AFTER -> new Expected(Fate.FAILS, TASK_FAILED, false, ON_PURPOSE, -1);
            case LATE -> cell.form() == Form.RETRIED ? fails(cell, UNENCODABLE) : EXACT; // a copy that cannot be sent
        };
    }

    private static Expected item(Cell cell) {
        return switch (cell.when()) {
            case BEFORE, NEVER -> fails(cell, UNENCODABLE).behind(0);
            case INSIDE ->
                fails(cell, UNENCODABLE).behind(cell.form().inPieces() ? 0 : RudePublishers.BEFORE_THE_MIDDLE);
            case AFTER -> EXACT;
            case LATE -> TIMED_OUT.behind(RudePublishers.BEFORE_THE_MIDDLE);
        };
    }

    private static Expected feed(Cell cell) {
        return switch (cell.culprit()) {
            case SOURCE ->
                switch (cell.when()) {
                    case BEFORE -> fails(cell, TASK_FAILED).behind(0);
                    case INSIDE -> fails(cell, TASK_FAILED).behind(RudePublishers.BEFORE_THE_MIDDLE);
                    case AFTER -> EXACT;
                    case LATE -> OPEN.behind(RudePublishers.BEFORE_THE_MIDDLE);
                    case NEVER -> OPEN.behind(0);
                };
            case ITEM -> cell.when() == When.LATE ? OPEN.behind(RudePublishers.BEFORE_THE_MIDDLE) : item(cell);
            case PREDICATE -> fails(cell, BAD_ARGUMENTS);
            case OBSERVER -> cell.when() == When.NEVER ? OPEN.behind(0) : alike(cell);
            default -> alike(cell);
        };
    }

    /** A task that waits for the one that misbehaves fails with its failure. */
    private static Expected inside(Cell cell, Expected inner) {
        return switch (inner.fate()) {
            case FAILS ->
                new Expected(
                        Fate.FAILS,
                        TASK_FAILED,
                        inner.named(),
                        inner.mentions().isEmpty() ? String.valueOf(inner.kind()) : inner.mentions(),
                        -1);
            case ENDS -> fails(cell, TASK_FAILED);
            case OPEN -> TIMED_OUT;
            case EXACT ->
                cell.culprit() == Culprit.OBSERVER && cell.when() == When.AFTER
                        ? new Expected(Fate.ANYHOW_IN_TIME, null, false, "", -1) // its task is the operator behind it
                        : inner;
            case ANYHOW, ANYHOW_IN_TIME -> inner;
        };
    }

    /** Whether its element may, or must, end with its time. */
    boolean isLate() {
        return kind == TIMEOUT || mentions.equals(String.valueOf(TIMEOUT)) || fate == Fate.ANYHOW_IN_TIME;
    }

    private static int before(Cell cell) {
        return cell.culprit() == Culprit.FLUX ? RudePublishers.BEFORE_THE_MIDDLE : 0;
    }

    // ---- made

    private static final Expected EXACT = new Expected(Fate.EXACT, null, false, "", -1);
    private static final Expected OPEN = new Expected(Fate.OPEN, null, false, "", -1);
    private static final Expected TIMED_OUT = new Expected(Fate.FAILS, TIMEOUT, false, "", -1);

    private static Expected fails(Cell cell, FailureKind kind) {
        return new Expected(Fate.FAILS, kind, cell.what() != What.NOTHING, "", -1);
    }

    private Expected mentioning(String text) {
        return new Expected(fate, kind, named, text, items);
    }

    private Expected behind(int count) {
        return new Expected(fate, kind, named, mentions, count);
    }
}
