package io.broccoli.route;

import io.broccoli.place.Point;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that one element may go to. Among these, the node with the most unused credit is chosen, then the faster
 * one.
 */
public sealed interface Route {

    /** Any node that offers the task. */
    record Any() implements Route {}

    /**
     * The node of this name only.
     *
     * @param name the name of the node
     */
    record ToNode(String name) implements Route {
        public ToNode {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * Any node whose site has this label.
     *
     * @param key the key of the label
     * @param value the value of the label
     */
    record Label(String key, String value) implements Route {
        public Label {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Any node that offers functions of this version of a module.
     *
     * @param version the version of the module
     */
    record Version(String version) implements Route {
        public Version {
            Objects.requireNonNull(version, "version");
        }
    }

    /**
     * The node that is nearest to a point and is not full, among those that offer the task; of equally near ones, that with
     * the most unused credit. A node is full if it has as many tasks as keep it busy, or no room. Nodes whose location
     * is not known come last.
     *
     * @param point where the element is
     */
    record Nearest(Point point) implements Route {
        public Nearest {
            Objects.requireNonNull(point, "point");
        }
    }

    /**
     * One node for each key, the same one as long as the set of nodes stays the same (rendezvous hashing). Keys are equal if
     * their encodings are the same bytes.
     *
     * @param key any value that can be encoded
     * @param inOrder whether elements of one key are sent one after another, each after the outcome of the one before,
     *     and the tasks of one element one after another
     */
    record ByKey(@Nullable Object key, boolean inOrder) implements Route {}

    /**
     * One node for each hash of a key. A member makes it of {@link ByKey}.
     *
     * @param hash the hash of the key
     * @param inOrder whether elements of one key are sent one after another, each after the outcome of the one before,
     *     and the tasks of one element one after another
     */
    record Key(long hash, boolean inOrder) implements Route {}
}
