package io.broccoli.route;

import io.broccoli.place.Point;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Selects the nodes that an element may go to. Must be a pure function and must not block: it is called once for each
 * element, on the thread on which the source emits it. If it throws, the element fails.
 */
@FunctionalInterface
public interface Router {

    /**
     * The route of an element.
     *
     * @param element the element of the stream; for a canvas that runs once, its first argument or null
     */
    Route route(@Nullable Object element);

    /** Any node that offers the task. The node with the most unused credit is chosen, then the faster one. */
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
     * Only nodes that have this version of a deployed module. An element waits until a node has it. Nodes do not
     * announce which module a version belongs to, so do not give two modules the same version.
     */
    static Router version(String version) {
        Route route = new Route.Version(version);
        return element -> route;
    }

    /**
     * Sends each element to the node that is nearest to a point. If that node is full (it has as many tasks as keep it busy,
     * or no room), draining or gone, the next nearest takes the element. Nodes whose location is not known come last.
     * Distances are along great circles. Locations are those that nodes announce ({@code NodeOptions.withSite}).
     *
     * @param point the point of an element
     */
    static Router nearest(Function<@Nullable Object, Point> point) {
        return element -> new Route.Nearest(Objects.requireNonNull(point.apply(element), "an element has no point"));
    }

    /**
     * Sends each element to the node that is nearest to a point, as {@link #nearest(Function)} does.
     *
     * @param type the type of the elements
     * @param point the point of an element
     */
    static <T> Router nearest(Class<T> type, Function<? super T, Point> point) {
        return nearest(element -> point.apply(type.cast(element)));
    }

    /**
     * Sends elements with the same key to the same node, as long as the set of nodes stays the same.
     *
     * @param type the type of the elements
     * @param key the key of an element; any value that can be encoded. Keys are equal if their
     *     encodings are the same bytes
     */
    static <T> Router byKey(Class<T> type, Function<? super T, ?> key) {
        return element -> new Route.ByKey(key.apply(type.cast(element)), false);
    }

    /**
     * Sends elements with the same key to the same node, one after another in the order of the source. The next element
     * of a key is sent when the one before has its outcome, retries included. A key moves to another node only between
     * two elements.
     *
     * @param type the type of the elements
     * @param key the key of an element; any value that can be encoded. Keys are equal if their
     *     encodings are the same bytes
     */
    static <T> Router byKeyInOrder(Class<T> type, Function<? super T, ?> key) {
        return element -> new Route.ByKey(key.apply(type.cast(element)), true);
    }
}
