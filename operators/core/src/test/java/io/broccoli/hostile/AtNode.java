package io.broccoli.hostile;

import io.broccoli.canvas.Canvas;
import io.broccoli.task.TaskContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A task that has got the hostile element. */
final class AtNode {

    private static final long SOON = 20;
    private static final long SLOW = 300;

    private final Act act;
    private final Cell cell;
    private final TaskContext context;
    private final Object fine;

    /** @param fine what it should give */
    AtNode(Act act, TaskContext context, Object fine) {
        this.act = act;
        this.cell = act.cell();
        this.context = context;
        this.fine = fine;
    }

    @Nullable Object handle() {
        return switch (cell.culprit()) {
            case ARGUMENT -> argument();
            case RESULT -> cell.when() == When.LATE ? after(act::whenTooLate, act.value()) : act.value();
            case ITEM -> cell.form().inPieces() ? fine : items(act, Exact.items(Act.BAD));
            case HANDLER -> handler();
            case MONO -> new RudePublishers(act, List.of(value()), () -> {}).mono();
            case FLUX -> new RudePublishers(act, Exact.items(Act.BAD), () -> {}).flux();
            case PREDICATE -> throw new IllegalStateException(Expected.ON_PURPOSE);
            case OBSERVER -> {
                if (new Caller(act).skips()) {
                    throw new IllegalStateException(Expected.ON_PURPOSE);
                }
                yield fine;
            }
            case SCHEDULER, CLOCK -> Rig.isArmedInside(cell) ? armed() : fine;
            case SOURCE, ROUTER, KEY -> fine;
        };
    }

    /** One value, though several may be wanted. */
    private Object value() {
        return fine instanceof Publisher ? 2 * Act.BAD : fine;
    }

    private Object argument() {
        if (cell.when() == When.LATE && cell.form() == Form.HEDGED) {
            return after(action -> act.later(SLOW, action), fine);
        }
        throw new IllegalStateException(Expected.ON_PURPOSE);
    }

    private Object handler() {
        switch (cell.when()) {
            case BEFORE -> act.raise();
            case INSIDE -> {
                Canvas.on(context).outcome(Caller.PASS.s(1)).subscribe(outcome -> {}, failed -> {});
                act.raise();
            }
            case AFTER ->
                act.later(SLOW, () -> act.world().afterwards(Canvas.on(context).outcome(Caller.PASS.s(1))));
            case LATE -> {
                act.block();
                act.raise();
            }
            case NEVER -> act.block();
        }
        return fine;
    }

    /** The scheduler, or the clock, fails as this goes on. */
    private Object armed() {
        if (fine instanceof Publisher<?> several) {
            inside(act, context.node());
            return several;
        }
        return Mono.create(sink -> act.later(SOON, () -> {
            inside(act, context.node());
            sink.success(fine);
        }));
    }

    static void inside(Act act, String node) {
        if (Rig.isArmedInside(act.cell())) {
            act.world().rig().arm(act, node);
        }
    }

    private static Mono<Object> after(java.util.function.Consumer<Runnable> time, Object value) {
        return Mono.create(sink -> time.accept(() -> sink.success(value)));
    }

    /** Some fine values, and a rude one. */
    static Publisher<Object> items(Act act, List<Object> fine) {
        List<Object> items = new ArrayList<>(fine);
        switch (act.cell().when()) {
            case BEFORE, NEVER -> items.set(0, act.value());
            case INSIDE, AFTER -> items.set(2, act.value());
            case LATE -> {
                Object rude = act.value();
                return Flux.fromIterable(fine.subList(0, RudePublishers.BEFORE_THE_MIDDLE))
                        .concatWith(after(act::whenTooLate, rude));
            }
        }
        return act.cell().form() == Form.FEED
                ? Flux.fromIterable(items).concatWith(Mono.never())
                : Flux.fromIterable(items);
    }
}
