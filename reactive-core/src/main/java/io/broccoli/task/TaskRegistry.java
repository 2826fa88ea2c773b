package io.broccoli.task;

import io.broccoli.feed.Source;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** The tasks and feeds that a node offers. Immutable. */
public final class TaskRegistry {

    private final Map<String, TaskDefinition> definitions;

    private TaskRegistry(Map<String, TaskDefinition> definitions) {
        this.definitions = java.util.Collections.unmodifiableMap(definitions);
    }

    /** A builder without tasks. */
    public static Builder builder() {
        return new Builder();
    }

    /** The task of this name; null if there is none. */
    public @Nullable TaskDefinition get(String name) {
        return definitions.get(name);
    }

    /** All tasks, in the order of registration. */
    public List<TaskDefinition> all() {
        return List.copyOf(definitions.values());
    }

    /**
     * Builds a registry. Names are unique: registering a name twice throws an {@link IllegalArgumentException}. Not
     * thread-safe.
     */
    public static final class Builder {

        private final Map<String, TaskDefinition> definitions = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a task.
         *
         * @throws IllegalArgumentException if the name is taken, or two parameters have the same name
         */
        public Builder task(String name, TaskHandler handler, Parameter... parameters) {
            return add(new TaskDefinition(new Task<>(name, Object.class).name(), Arrays.asList(parameters), handler));
        }

        /** Adds a task with one parameter. The function may return a {@code Mono}, or another {@code Publisher}. */
        public <A> Builder task(String name, String parameter, Class<A> type, Function<? super A, ?> function) {
            return task(name, (context, args) -> function.apply(cast(args[0])), Parameter.of(parameter, type));
        }

        /** Adds a task with two parameters. The function may return a {@code Mono}, or another {@code Publisher}. */
        public <A, B> Builder task(
                String name,
                String first,
                Class<A> a,
                String second,
                Class<B> b,
                BiFunction<? super A, ? super B, ?> function) {
            return task(
                    name,
                    (context, args) -> function.apply(cast(args[0]), cast(args[1])),
                    Parameter.of(first, a),
                    Parameter.of(second, b));
        }

        /**
         * Adds all public methods of an object that are annotated with {@link TaskMethod} or {@link SourceMethod}. A named
         * module opens the package of the object's class to {@code io.broccoli.core}.
         *
         * @throws IllegalArgumentException if there is no such method, a parameter has no name, a name is taken or too long,
         *     a method of a feed has parameters, throws, or returns no publisher, or a class that the methods need cannot be
         *     loaded
         */
        public Builder methodsOf(Object object) {
            List<TaskDefinition> found = MethodTasks.of(object);
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        object.getClass().getName() + " has no method with @TaskMethod or @SourceMethod");
            }
            found.forEach(this::add);
            return this;
        }

        /**
         * Marks registered tasks as replayable: they give the same values again when they are called with the same
         * arguments ({@link TaskDefinition#replayable()}).
         *
         * @throws IllegalArgumentException if a task is not registered yet
         */
        public Builder replayable(String... names) {
            for (String name : names) {
                TaskDefinition task = definitions.get(name);
                if (task == null) {
                    throw new IllegalArgumentException("the task " + name + " is not registered yet");
                }
                definitions.put(name, new TaskDefinition(name, task.parameters(), task.handler(), true));
            }
            return this;
        }

        /** Adds a feed that slows down for its slowest subscriber ({@link Source#slowDown()}). */
        public Builder source(String name, Publisher<?> publisher) {
            return source(name, Source.of(publisher));
        }

        /**
         * Adds a feed, to which {@code Cluster.feed} subscribes.
         *
         * @param name the name of the feed; 1 to 123 characters
         * @throws IllegalArgumentException if the name is taken by another feed, or too long or empty
         */
        public Builder source(String name, Source source) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("the name of a feed must not be empty");
            }
            return add(TaskDefinition.ofFeed(name, source));
        }

        /** The registry of the tasks added so far. */
        public TaskRegistry build() {
            return new TaskRegistry(new LinkedHashMap<>(definitions));
        }

        private Builder add(TaskDefinition definition) {
            if (definition.parameters().stream().map(Parameter::name).distinct().count()
                    != definition.parameters().size()) {
                throw new IllegalArgumentException("two parameters of " + definition.name() + " share a name");
            }
            if (definitions.putIfAbsent(definition.name(), definition) != null) {
                throw new IllegalArgumentException("the task " + definition.name() + " is registered twice");
            }
            return this;
        }

        /**
         * Arguments were converted to the parameter's type already. A task that does not accept null must check for it.
         */
        @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
        private static <T> T cast(@Nullable Object value) {
            return (T) value;
        }
    }
}
