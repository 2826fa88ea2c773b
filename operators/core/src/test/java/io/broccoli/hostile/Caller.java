package io.broccoli.hostile;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.group;

import io.broccoli.canvas.Canvas;
import io.broccoli.canvas.Stage;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.route.Route;
import io.broccoli.route.Router;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An act's stream, as who calls makes it. */
final class Caller {

    static final Task<Object> PASS = Task.of("pass");
    static final Task<Object> RUDE = Task.of("rude");
    static final Task<Object> NEST = Task.of("nest");

    /** Those that are fine wait for each other; for one that is not they would wait too long. */
    private static final Router BY_KEY = Router.byKeyInOrder(
            Object.class, element -> element instanceof Integer number && number < Act.BAD ? "fine" : "bad");

    private final Act act;
    private final Cell cell;

    Caller(Act act) {
        this.act = act;
        this.cell = act.cell();
    }

    Flux<TaskOutcome<?>> stream(Cluster cluster) {
        Canvas canvas = Canvas.on(cluster).withWindow(4).named("act " + act.id());
        return switch (cell.form()) {
            case FEED -> observed(feed(cluster));
            case NESTED -> outcomes(canvas.withTimeout(act.timeoutOfNesting()).map(NEST.s(act.id())), act.elements());
            case ALONE -> observed(alone(configured(canvas)));
            default -> staged(configured(canvas));
        };
    }

    /** What a task sends for its own element. */
    Flux<TaskOutcome<?>> nested(TaskContext context, Object value) {
        boolean rude = value.equals(Act.BAD);
        Canvas canvas = configured(Canvas.on(context).named("nested " + act.id()));
        List<Object> elements = List.of(rude && cell.culprit() == Culprit.ARGUMENT ? act.value() : value);
        Flux<Object> source = rude && cell.culprit() == Culprit.SOURCE
                ? new RudePublishers(act, elements, () -> {}).stream()
                : Flux.fromIterable(elements);
        Flux<TaskOutcome<?>> outcomes = outcomes(stage(canvas), source);
        return rude ? observed(outcomes) : outcomes;
    }

    // ---- options

    private Canvas configured(Canvas plain) {
        Canvas canvas = plain.withTimeout(act.timeout());
        RetryPolicy twice = RetryPolicy.backoff(2, Duration.ofMillis(10)).withJitter(0);
        if (cell.form() == Form.HEDGED) {
            canvas = canvas.with(options -> options.withHedging(new Hedging(0.5, Duration.ofMillis(10), 1)));
        }
        if (cell.culprit() == Culprit.PREDICATE) {
            canvas = canvas.withRetry(twice.onlyIf(failure -> act.answer()));
        } else if (cell.form() == Form.RETRIED) {
            canvas = canvas.withRetry(twice);
        }
        return switch (cell.culprit()) {
            case ROUTER -> canvas.routedBy(this::route);
            case KEY -> canvas.routedBy(Router.byKeyInOrder(Object.class, this::key));
            default -> cell.form() == Form.BY_KEY ? canvas.routedBy(BY_KEY) : canvas;
        };
    }

    @SuppressWarnings("NullAway") // that is what is rude about it
    private Route route(@Nullable Object element) {
        if (Objects.equals(element, Act.BAD)) {
            if (cell.when() == When.AFTER) {
                return null;
            }
            act.raise();
        }
        return (cell.form() == Form.BY_KEY ? BY_KEY : Router.leastLoaded()).route(element);
    }

    @SuppressWarnings("NullAway") // that is what is rude about it
    private Object key(Object element) {
        if (!Objects.equals(element, Act.BAD)) {
            return "key";
        }
        if (cell.when() == When.AFTER) {
            return cell.what() == What.NOTHING ? null : new RudeValue(When.BEFORE, act::raise).shaped(0);
        }
        act.raise();
        return "never";
    }

    // ---- forms

    private Flux<TaskOutcome<?>> alone(Canvas canvas) {
        Object element = cell.culprit() == Culprit.ARGUMENT ? act.value() : Act.BAD;
        Signature.Call<Object> call = RUDE.s(element, act.id());
        if (!cell.givesSeveral()) {
            return cast(canvas.outcome(call).flux());
        }
        return cast(canvas.stream(call)
                .<TaskOutcome<Object>>map(TaskOutcome.Success::new)
                .onErrorResume(
                        TaskException.class,
                        failed -> Mono.just(failed.failure().cast())));
    }

    private Flux<TaskOutcome<?>> staged(Canvas canvas) {
        Stage<Object, ?> stage = stage(canvas);
        if (cell.culprit() == Culprit.OBSERVER && skips()) {
            return cast(act.elements()
                    .transform(stage.skipFailures(failure -> act.raise()))
                    .map(TaskOutcome.Success::new));
        }
        return observed(outcomes(stage, act.elements()));
    }

    private Stage<Object, ?> stage(Canvas canvas) {
        Signature<Object> rude = RUDE.s(act.id());
        boolean several = cell.givesSeveral();
        return switch (cell.form()) {
            case FUSED -> several ? canvas.flatMap(chain(PASS.s(), rude)) : canvas.map(chain(PASS.s(), rude, PASS.s()));
            case GROUP -> canvas.map(group(PASS.s(), rude));
            case CHORD -> canvas.map(chord(group(PASS.s(), rude), PASS.s()));
            case CHUNKS -> canvas.chunks(RUDE, 2);
            case REDUCE -> canvas.reduce(Window.tumbling(2), rude);
            default -> several ? canvas.flatMap(rude) : canvas.map(rude);
        };
    }

    private Flux<TaskOutcome<?>> feed(Cluster cluster) {
        FeedOptions options = FeedOptions.DEFAULTS;
        if (cell.culprit() == Culprit.PREDICATE) {
            options = options.atSites(site -> act.answer());
        } else {
            options = options.fromNodes("n0");
        }
        if (cell.culprit() == Culprit.OBSERVER && skips()) {
            options = options.skipFailures((node, failure) -> act.raise());
        }
        return cluster.feed(RudeTasks.feed(act.id()), Object.class, options).map(Caller::sample);
    }

    private static TaskOutcome<?> sample(Sample<?> sample) {
        return new TaskOutcome.Success<Object>(sample.missed() == 0 ? sample.value() : sample);
    }

    // ---- observers

    /** Whether it is what hears of skipped failures that throws. */
    boolean skips() {
        return cell.when() == When.INSIDE
                && act.shape() % 3 == 0
                && cell.form() != Form.ALONE
                && cell.form() != Form.NESTED;
    }

    private Flux<TaskOutcome<?>> observed(Flux<TaskOutcome<?>> outcomes) {
        if (cell.culprit() != Culprit.OBSERVER || skips()) {
            return outcomes;
        }
        if (cell.when() == When.INSIDE && act.odd()) { // one of Reactor's, which cancels by itself where it dares to
            return outcomes.map(outcome -> {
                if (act.meets(outcome)) {
                    act.raise();
                }
                return outcome;
            });
        }
        return new RudeOperator(act, outcomes);
    }

    private static <R> Flux<TaskOutcome<?>> outcomes(Stage<Object, R> stage, Flux<Object> source) {
        return cast(stage.outcomes().apply(source));
    }

    /** Without another operator in between. */
    @SuppressWarnings("unchecked")
    private static Flux<TaskOutcome<?>> cast(Flux<? extends TaskOutcome<?>> outcomes) {
        return (Flux<TaskOutcome<?>>) outcomes;
    }
}
