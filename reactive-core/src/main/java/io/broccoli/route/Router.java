package io.broccoli.route;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says which nodes an element may go to. A pure function; called on the member's executor, once for each element.
 */
@FunctionalInterface
public interface Router {

    /** @param element of the stream; for a canvas that runs once, its first argument or null */
    Route route(@Nullable Object element);

    /** Any node that offers the task: the one with the most unused credit, then the faster one. */
    static Router leastLoaded() {
        return Routers.LEAST_LOADED;
    }

    /** Only this node. */
    static Router toNode(String name) {
        Route route = new Route.ToNode(name);
        return element -> route;
    }

    /** Only nodes whose site has this label. */
    static Router label(String key, String value) {
        Route route = new Route.Label(key, value);
        return element -> route;
    }

    /**
     * Only nodes that have this version of a deployed module: an element waits until one has. By which module it is, nodes do not
     * tell, so that two modules should not share a version.
     */
    static Router version(String version) {
        Route route = new Route.Version(version);
        return element -> route;
    }

    /** Elements of one key go to one node, as long as the nodes stay the same. */
    static <T> Router byKey(Class<T> type, Function<? super T, ?> key) {
        return element -> new Route.Key(Routers.hash(key.apply(type.cast(element))), false);
    }

    /**
     * Elements of one key go to one node, one after another in the order of the source: the next one of a key is sent when the one
     * before has its outcome, retries included. A key moves to another node only between two of them.
     */
    static <T> Router byKeyInOrder(Class<T> type, Function<? super T, ?> key) {
        return element -> new Route.Key(Routers.hash(key.apply(type.cast(element))), true);
    }
}
