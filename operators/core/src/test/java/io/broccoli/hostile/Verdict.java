package io.broccoli.hostile;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** Compares what came with what must. Prints of it no more than is safe: most of it throws when it is looked at. */
final class Verdict {

    private final Act act;
    private final Cell cell;
    private final Watcher came;
    private final Expected must;
    private final List<List<Object>> exact;
    private int at; // the next outcome

    Verdict(Act act, Watcher came) {
        this.act = act;
        this.cell = act.cell();
        this.came = came;
        this.must = Expected.of(cell);
        this.exact = Exact.of(act);
    }

    /** What is wrong, or nothing. */
    String complaint() {
        String wrong = came.broken().isEmpty() ? wrong() : "the stream broke rules: " + came.broken();
        return wrong.isEmpty() ? "" : act.cell() + ": " + wrong + "; it must be " + must + "; there came " + told();
    }

    private String wrong() {
        return switch (must.fate()) {
            case EXACT -> all(false);
            case FAILS -> cell.form() == Form.FEED ? feedFails() : all(true);
            case ENDS -> ends();
            case OPEN -> open();
            case ANYHOW, ANYHOW_IN_TIME -> anyhow();
        };
    }

    // ---- fates

    private String all(boolean fails) {
        for (int i = 0; i < exact.size(); i++) {
            boolean bad = fails && Exact.isBad(act, i);
            String wrong =
                    bad ? fails(exact.get(i)) : given(exact.get(i), exact.get(i).size());
            if (!bad && !wrong.isEmpty() && act.mayStarve() && isTimeout()) {
                at++;
            } else if (!wrong.isEmpty()) {
                return "element " + i + ": " + wrong;
            }
        }
        if (at < came.outcomes().size()) {
            return "there is more";
        }
        boolean ended = cell.form() == Form.FEED ? came.hasLeft() && came.error() == null : came.isCompleted();
        return ended ? "" : "it has not ended as it must";
    }

    private boolean isTimeout() {
        return at < came.outcomes().size()
                && came.outcomes().get(at) instanceof TaskOutcome.Failure<?> failure
                && failure.kind() == FailureKind.TIMEOUT;
    }

    private String given(List<Object> values, int least) {
        for (int i = 0; i < values.size(); i++) {
            if (at >= came.outcomes().size() || !isSuccess(came.outcomes().get(at), values.get(i))) {
                return i >= least ? "" : "not the value " + values.get(i);
            }
            at++;
        }
        return "";
    }

    private static boolean isSuccess(TaskOutcome<?> outcome, Object value) {
        return outcome instanceof TaskOutcome.Success<?> success && value.equals(success.value());
    }

    private String fails(List<Object> values) {
        String before =
                given(values.subList(0, Math.max(0, Math.min(values.size(), must.items()))), Math.max(0, must.items()));
        if (!before.isEmpty()) {
            return before;
        }
        boolean flood = cell.culprit() == Culprit.FLUX && cell.what() == What.NOTHING && cell.when() == When.INSIDE;
        while (flood && at < came.outcomes().size() && came.outcomes().get(at) instanceof TaskOutcome.Success) {
            at++; // as many as were asked for
        }
        if (at >= came.outcomes().size()) {
            return "no failure";
        }
        return came.outcomes().get(at++) instanceof TaskOutcome.Failure<?> failure ? failure(failure) : "no failure";
    }

    private String feedFails() {
        String before = given(exact.get(0), Math.max(0, must.items()));
        if (!before.isEmpty()) {
            return before;
        }
        if (at < came.outcomes().size() && !(cell.what() == What.NOTHING)) {
            return "more samples";
        }
        return came.error() instanceof TaskException failed ? failure(failed.failure()) : "no failure";
    }

    private String failure(TaskOutcome.Failure<?> failure) {
        if (failure.kind() != must.kind()) {
            return "the kind is " + failure.kind();
        }
        String text = failure.message() + "\n" + failure.trace();
        if (must.named() && !text.contains("Rude")) {
            return "what was thrown is not named";
        }
        if (!text.contains(must.mentions())) {
            return "no word of: " + must.mentions();
        }
        boolean said = failure.kind() == FailureKind.TASK_FAILED || failure.kind() == FailureKind.UNENCODABLE;
        if (said && failure.task().isEmpty()) {
            return "the task is not named";
        }
        if (said && cell.culprit().isAtNode() && failure.node().isEmpty()) {
            return "the node is not named";
        }
        if (cell.form() == Form.FUSED && cell.culprit().isAtNode() && failure.step() != 2 && said) {
            return "the step is " + failure.step();
        }
        return "";
    }

    private String ends() {
        String before = prefix();
        if (!before.isEmpty()) {
            return before;
        }
        if (act.threw(came.thrown()) && came.error() == null) {
            return ""; // the subscription told it
        }
        Throwable error = came.error();
        boolean unnamed = cell.what() == What.NOTHING && error != null;
        boolean itself = error != null && (act.threw(error) || act.threw(Exceptions.unwrap(error)));
        return unnamed || itself ? "" : "it did not end with what was thrown";
    }

    /** Of what should come, the first ones. */
    private String prefix() {
        boolean flood = cell.what() == What.NOTHING;
        for (List<Object> values : exact) {
            String wrong = given(values, 0);
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return at < came.outcomes().size() && !flood ? "other values came" : "";
    }

    private String open() {
        String before = prefix();
        if (!before.isEmpty()) {
            return before;
        }
        if (must.items() >= 0 && at != must.items()) {
            return at + " values came";
        }
        return came.hasLeft() && came.error() == null ? "" : "it did not wait";
    }

    /** Nothing is lost without a word: each element has its values or a failure, or the stream says why not. */
    private String anyhow() {
        for (TaskOutcome<?> outcome : came.outcomes()) {
            boolean late = outcome instanceof TaskOutcome.Failure<?> failure && failure.kind() == FailureKind.TIMEOUT;
            if (late && must.fate() == Expected.Fate.ANYHOW) {
                return "it took its time";
            }
        }
        Throwable error = came.error();
        boolean told = act.threw(came.thrown())
                || error instanceof TaskException
                || error != null && act.threw(Exceptions.unwrap(error));
        if (told) {
            return "";
        }
        for (List<Object> values : exact) {
            String wrong = given(values, values.size());
            boolean failed = at < came.outcomes().size() && came.outcomes().get(at) instanceof TaskOutcome.Failure;
            if (!wrong.isEmpty() && !failed) {
                return wrong;
            }
            at += wrong.isEmpty() ? 0 : 1;
        }
        boolean ended = cell.form() == Form.FEED ? came.hasLeft() : came.isCompleted();
        return ended && at == came.outcomes().size() ? "" : "it has not ended as it must";
    }

    // ---- words

    private String told() {
        List<String> words = new ArrayList<>();
        for (TaskOutcome<?> outcome : came.outcomes()) {
            words.add(
                    outcome instanceof TaskOutcome.Failure<?> failure
                            ? failure.kind() + " \"" + failure.message() + "\" of " + failure.task() + " on "
                                    + failure.node() + " at " + failure.step()
                            : "" + ((TaskOutcome.Success<?>) outcome).value());
        }
        words = words.size() > 12 ? words.subList(words.size() - 12, words.size()) : words;
        String end = came.isCompleted() ? "complete" : came.hasLeft() ? "left" : "no end";
        return words + ", " + (came.error() == null ? end : "error " + safe(came.error()))
                + (came.thrown() == null ? "" : ", thrown " + safe(came.thrown()));
    }

    static String safe(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "nothing";
        }
        try {
            return String.valueOf(thrown);
        } catch (Throwable rude) {
            return thrown.getClass().getName();
        }
    }
}
