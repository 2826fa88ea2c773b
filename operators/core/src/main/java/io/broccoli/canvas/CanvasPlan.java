package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What elements do on the cluster: each flows into the first step of a canvas, whose end is the element's. */
final class CanvasPlan<I, R> implements Plan<I, R> {

    /** One for all elements: the end of a canvas knows nothing of the element. */
    static final Run.Then END = Run::succeed;

    private final Step first;
    private final boolean whole;
    private final boolean several;
    private final Type resultType;
    private final List<Gathering> gatherings;

    private CanvasPlan(Step first, boolean whole, boolean several, Type resultType) {
        this.first = first;
        this.whole = whole;
        this.several = several;
        this.resultType = resultType;
        Set<Gathering> found = new LinkedHashSet<>();
        first.gatherings(found::add);
        this.gatherings = List.copyOf(found);
    }

    /** Each element is the first argument, or several if it is {@link Args}. */
    static <R> CanvasPlan<Object, R> of(Signature<R> signature) {
        return new CanvasPlan<>(SignatureReader.read(signature), false, false, signature.type());
    }

    /** The same, but all values that the last call gives are outcomes of the element. */
    static <R> CanvasPlan<Object, R> ofSeveral(Signature<R> signature) {
        return new CanvasPlan<>(SignatureReader.read(signature), false, true, signature.type());
    }

    /** Each element is a window, whose list is the first argument. */
    static <R> CanvasPlan<List<?>, R> ofWindows(Signature<R> body) {
        return new CanvasPlan<>(SignatureReader.read(body), true, false, body.type());
    }

    @Override
    public void begin(I element, Run run) {
        begin(element, run, END);
    }

    /** @param then receives what comes of it; a plan with several values has its own */
    void begin(I element, Run run, Run.Then then) {
        for (int i = 0; i < gatherings.size(); i++) {
            TaskOutcome.Failure<?> refusal = gatherings.get(i).refusal(run);
            if (refusal != null) {
                run.fail(refusal);
                return;
            }
        }
        if (several) {
            first.stream(run, Args.flow(element), END);
        } else {
            first.start(run, whole ? Collections.singletonList(plain((List<?>) element)) : Args.flow(element), then);
        }
    }

    @Override
    public Type resultType() {
        return resultType;
    }

    /** By which a canvas that runs once is routed. */
    @Nullable Object firstArgument() {
        return first.firstArgument();
    }

    static List<?> plain(List<?> window) {
        return window.stream().anyMatch(Args.class::isInstance)
                ? window.stream()
                        .map(each -> each instanceof Args args ? args.values() : each)
                        .toList()
                : window;
    }
}
