package io.broccoli.hostile;

import java.util.LinkedHashMap;
import java.util.Map;

/** The schedulers and clocks of a world's members. Those of users' own are others. */
final class Rig {

    private static final long BELOW_ZERO = -5 * VirtualTime.SECOND;
    private static final long BEFORE_IT_WRAPS = Long.MAX_VALUE - 2 * VirtualTime.SECOND;

    private final VirtualTime time;
    private final VirtualScheduler forTime;
    private final VirtualScheduler forTasks;
    private final Map<String, RudeTime> members = new LinkedHashMap<>();
    private final Map<String, RudeTime> workers = new LinkedHashMap<>();

    Rig(VirtualTime time, VirtualScheduler forTasks) {
        this.time = time;
        this.forTime = new VirtualScheduler(time, VirtualScheduler.Mode.EVENT, null);
        this.forTasks = forTasks;
    }

    /** The scheduler and the clock of a member. */
    RudeTime of(String member) {
        return members.computeIfAbsent(member, name -> new RudeTime(time, forTime));
    }

    /** Where a node runs its tasks. */
    RudeTime workers(String node) {
        return workers.computeIfAbsent(node, name -> new RudeTime(time, forTasks));
    }

    private RudeTime of(Cell cell, String node) {
        boolean atNode = cell.where() == Where.WORKER;
        return atNode && cell.culprit() == Culprit.SCHEDULER ? workers(node) : of(atNode ? node : "client");
    }

    /** Clocks that begin where numbers end. */
    void arrange(Act act) {
        if (act.cell().culprit() == Culprit.CLOCK && act.cell().when() == When.BEFORE) {
            of(act.cell(), "n0").beginsAt(act.odd() ? BELOW_ZERO : BEFORE_IT_WRAPS);
        }
    }

    /** Whether something goes wrong as the act begins. */
    static boolean isArmedAtFirst(Cell cell) {
        return switch (cell.culprit()) {
            case SCHEDULER -> cell.when() == When.BEFORE || cell.when() == When.AFTER || cell.when() == When.LATE;
            case CLOCK -> cell.when() == When.AFTER || cell.when() == When.NEVER;
            default -> false;
        };
    }

    /** Whether something goes wrong as its task goes on. */
    static boolean isArmedInside(Cell cell) {
        return switch (cell.culprit()) {
            case SCHEDULER -> cell.when() == When.INSIDE || cell.when() == When.NEVER;
            case CLOCK -> cell.when() == When.INSIDE;
            default -> false;
        };
    }

    void arm(Act act, String node) {
        Cell cell = act.cell();
        RudeTime which = of(cell, node);
        if (cell.culprit() == Culprit.SCHEDULER) {
            switch (cell.when()) {
                case BEFORE, INSIDE -> which.refuses(act::thrown);
                case AFTER -> which.throwsAfter(act::thrown);
                case LATE -> which.lags();
                case NEVER -> which.loses();
            }
        } else {
            switch (cell.when()) {
                case INSIDE -> which.clockThrows(act::thrown);
                case AFTER -> which.clockGoesBack();
                case NEVER -> which.clockStandsStill();
                case BEFORE, LATE -> throw new IllegalStateException("nothing to be armed: " + cell);
            }
        }
    }
}
