package io.broccoli.internal.boundary;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.frame.Site;
import io.broccoli.route.Route;
import io.broccoli.route.Router;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks the functions that say how a stream is to be dispatched: its plan, router and keys, predicates and observers. They are
 * called on the thread of the caller, most often the member's executor, so they must not block.
 */
public final class Choices {

    private final Values values;
    private final Guard guard;

    public Choices(Values values, Guard guard) {
        this.values = values;
        this.guard = guard;
    }

    /** Where an element may go; a key is its hash then. */
    public Route route(Router router, @Nullable Object element) throws ForeignFailure {
        Route route;
        try {
            route = router.route(element);
        } catch (Throwable thrown) {
            throw guard.failed(FailureKind.BAD_ARGUMENTS, "The router", router, thrown);
        }
        if (route == null) {
            throw Guard.broken(FailureKind.BAD_ARGUMENTS, "The router", router, "gave null");
        }
        return route instanceof Route.ByKey by ? hashed(by) : route;
    }

    /** Keys are equal if their bytes are: nothing else of them is asked. */
    private Route hashed(Route.ByKey by) throws ForeignFailure {
        try {
            return new Route.Key(hash(values.encode(by.key())), by.inOrder());
        } catch (ForeignFailure failed) {
            throw new ForeignFailure(
                    FailureKind.BAD_ARGUMENTS,
                    "The key of an element is no key: " + failed.message(),
                    failed.type(),
                    failed.trace(),
                    failed.thrown());
        }
    }

    /** 64-bit FNV-1a: the same in each process, unlike {@code hashCode}. */
    private static long hash(Payload bytes) {
        long hash = 0xcbf29ce484222325L;
        int end = bytes.offset() + bytes.length();
        for (int i = bytes.offset(); i < end; i++) {
            hash = (hash ^ (bytes.array()[i] & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Whether a failure is worth another try. */
    public boolean isWorthwhile(RetryPolicy retry, TaskOutcome.Failure<?> failure) throws ForeignFailure {
        return test("The predicate of the retry policy", retry.worthwhile(), failure);
    }

    /** Whether a feed wants a node at this place. */
    public boolean isWanted(Predicate<? super Site> sites, Site site) throws ForeignFailure {
        return test("The choice of sites", sites, site);
    }

    /** Whether who waits for nodes has the ones that it waits for. */
    public boolean isEnough(Predicate<? super List<NodeInfo>> condition, List<NodeInfo> nodes) throws ForeignFailure {
        return test("The condition on nodes", condition, nodes);
    }

    private <T> boolean test(String what, Predicate<? super T> predicate, T value) throws ForeignFailure {
        try {
            return predicate.test(value);
        } catch (Throwable thrown) {
            throw guard.failed(FailureKind.BAD_ARGUMENTS, what, predicate, thrown);
        }
    }

    /** @return what it threw; null if it returned */
    public <A, B> @Nullable Throwable observe(BiConsumer<? super A, ? super B> observer, A first, B second) {
        try {
            observer.accept(first, second);
            return null;
        } catch (Throwable thrown) {
            guard.note(thrown);
            return thrown;
        }
    }

    // ---- plans

    /** What the results of a plan are read as. */
    public Type resultType(Plan<?, ?> plan) throws ForeignFailure {
        Type type;
        try {
            type = plan.resultType();
        } catch (Throwable thrown) {
            throw guard.failed(FailureKind.BAD_ARGUMENTS, "The plan", plan, thrown);
        }
        if (type == null) {
            throw Guard.broken(FailureKind.BAD_ARGUMENTS, "The plan", plan, "gave null for the type of its results");
        }
        return type;
    }

    /** Begins an element; what its plan throws ends it. */
    public <I> void begin(Plan<I, ?> plan, I element, Run run) {
        try {
            plan.begin(element, run);
        } catch (Throwable thrown) {
            run.fail(failed(plan, thrown));
        }
    }

    /** Tells a plan of the value that came of its work. */
    public void succeeded(Run.Then then, Run run, Payload value) {
        try {
            then.succeeded(run, value);
        } catch (Throwable thrown) {
            run.fail(failed(then, thrown));
        }
    }

    /** Tells a plan that its work failed. */
    public void failed(Run.Then then, Run run, TaskOutcome.Failure<?> failure) {
        try {
            then.failed(run, failure);
        } catch (Throwable thrown) {
            run.fail(failed(then, thrown));
        }
    }

    /** Tells a plan that all values of its work came. */
    public void completed(Run.Then then, Run run) {
        try {
            then.completed(run);
        } catch (Throwable thrown) {
            run.fail(failed(then, thrown));
        }
    }

    /** What a plan makes of one value of several. */
    public TaskOutcome<?> item(Run.Then then, Run run, Payload value) {
        try {
            TaskOutcome<?> item = then.item(run, value);
            return item == null
                    ? Guard.broken(FailureKind.BAD_ARGUMENTS, "The plan", then, "gave null for an item")
                            .failure("")
                    : item;
        } catch (Throwable thrown) {
            return failed(then, thrown);
        }
    }

    /** A value that a plan could not write is told by the exception itself. */
    private TaskOutcome.Failure<Object> failed(Object plan, Throwable thrown) {
        ForeignFailure failed = thrown instanceof UnencodableException
                ? guard.failed(FailureKind.UNENCODABLE, Thrown.message(thrown), thrown)
                : guard.failed(FailureKind.BAD_ARGUMENTS, "The plan", plan, thrown);
        return failed.failure("");
    }
}
