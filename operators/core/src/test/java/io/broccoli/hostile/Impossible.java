package io.broccoli.hostile;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Cells that cannot exist.
 *
 * @param name what they have in common
 * @param reason why there is nothing to be tried
 */
record Impossible(String name, String reason, Predicate<Cell> holds) {

    private static final Set<Culprit> VALUES = EnumSet.of(Culprit.ARGUMENT, Culprit.RESULT, Culprit.ITEM);
    private static final Set<Culprit> FUNCTIONS = EnumSet.of(Culprit.PREDICATE, Culprit.ROUTER, Culprit.KEY);

    static final List<Impossible> ALL = List.of(
            of(
                    "FEED x (ARGUMENT, RESULT, HANDLER, MONO, FLUX, ROUTER, KEY)",
                    "a feed has no arguments, no handler and no route: its publisher is the source",
                    cell -> cell.form() == Form.FEED
                            && (cell.culprit() == Culprit.ARGUMENT
                                    || cell.culprit().isAtNode()
                                    || cell.culprit() == Culprit.ROUTER
                                    || cell.culprit() == Culprit.KEY)),
            of(
                    "(GROUP, CHORD, MAP, CHUNKS, REDUCE) x FLUX",
                    "one value is asked for, so a Flux is refused before it is subscribed",
                    cell -> cell.culprit() == Culprit.FLUX
                            && in(cell.form(), Form.GROUP, Form.CHORD, Form.MAP, Form.CHUNKS, Form.REDUCE)),
            of(
                    "(GROUP, CHORD, MAP) x ITEM",
                    "there are arguments and results, and no items",
                    cell -> cell.culprit() == Culprit.ITEM && in(cell.form(), Form.GROUP, Form.CHORD, Form.MAP)),
            of(
                    "(CHUNKS, REDUCE) x ARGUMENT",
                    "the arguments of a piece are its items",
                    cell -> cell.culprit() == Culprit.ARGUMENT && cell.form().inPieces()),
            of(
                    "ALONE x SOURCE",
                    "what runs once has no source",
                    cell -> cell.culprit() == Culprit.SOURCE && cell.form() == Form.ALONE),
            of(
                    "ARGUMENT x LATE, unless RETRIED or HEDGED; (CHUNKS, REDUCE) x ITEM x LATE",
                    "what is sent once is written once",
                    cell -> cell.when() == When.LATE
                            && (cell.culprit() == Culprit.ARGUMENT && !in(cell.form(), Form.RETRIED, Form.HEDGED)
                                    || cell.culprit() == Culprit.ITEM
                                            && cell.form().inPieces())),
            of(
                    "PREDICATE x AFTER; (PREDICATE, ROUTER, KEY) x (LATE, NEVER)",
                    "it is called, and returns, on the member's thread: nothing of it can come later, and while it"
                            + " does not return there is no member",
                    cell -> FUNCTIONS.contains(cell.culprit())
                            && (cell.when() == When.LATE
                                    || cell.when() == When.NEVER
                                    || cell.when() == When.AFTER && cell.culprit() == Culprit.PREDICATE)),
            of(
                    "FEED x OBSERVER x AFTER",
                    "a feed never completes",
                    cell -> cell.form() == Form.FEED
                            && cell.culprit() == Culprit.OBSERVER
                            && cell.when() == When.AFTER),
            of(
                    "HANDLER x (LATE, NEVER) x CALLER",
                    "a handler that blocks the thread that brings its task stops the member, as"
                            + " NodeOptions.withoutWorkerThreads says",
                    cell -> cell.blocks() && cell.where() == Where.CALLER),
            of(
                    "SCHEDULER x NEVER x (CALLER, FOREIGN)",
                    "a member whose scheduler loses what it took has no time any more",
                    cell -> cell.culprit() == Culprit.SCHEDULER
                            && cell.when() == When.NEVER
                            && cell.where() != Where.WORKER),
            of(
                    "CLOCK x LATE",
                    "a clock that leaps ahead ends time-outs: that is what it is for",
                    cell -> cell.culprit() == Culprit.CLOCK && cell.when() == When.LATE),
            of(
                    "what is thrown where nothing is, and nothing where all that can be done is to throw",
                    "the other columns say which of the two it is",
                    cell -> cell.what() == What.NOTHING ? !mayThrowNothing(cell) : !mayThrow(cell)));

    private static Impossible of(String name, String reason, Predicate<Cell> holds) {
        return new Impossible(name, reason, holds);
    }

    private static boolean in(Form form, Form... forms) {
        return List.of(forms).contains(form);
    }

    private static boolean mayThrow(Cell cell) {
        When when = cell.when();
        return switch (cell.culprit()) {
            case ARGUMENT, RESULT, ITEM -> when != When.NEVER;
            case HANDLER -> when != When.NEVER && when != When.AFTER;
            case MONO, FLUX, SOURCE, PREDICATE, KEY -> true;
            case ROUTER -> when != When.AFTER;
            case OBSERVER -> when != When.LATE && when != When.NEVER;
            case SCHEDULER -> when != When.LATE && when != When.NEVER;
            case CLOCK -> when == When.INSIDE;
        };
    }

    private static boolean mayThrowNothing(Cell cell) {
        if (VALUES.contains(cell.culprit())) {
            return cell.when() == When.NEVER;
        }
        return switch (cell.culprit()) {
            case MONO, FLUX, SOURCE -> cell.when() != When.BEFORE;
            case KEY -> cell.when() == When.AFTER;
            default -> !mayThrow(cell);
        };
    }
}
