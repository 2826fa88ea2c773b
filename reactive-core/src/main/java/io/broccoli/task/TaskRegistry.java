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

/** The tasks, and the feeds, that a node offers, by name. Immutable. */
public final class TaskRegistry {

    private final Map<String, TaskDefinition> definitions;

    private TaskRegistry(Map<String, TaskDefinition> definitions) {
        this.definitions = java.util.Collections.unmodifiableMap(definitions);
    }

    public static Builder builder() {
        return new Builder();
    }

    public @Nullable TaskDefinition get(String name) {
        return definitions.get(name);
    }

    /** In the order of registration. */
    public List<TaskDefinition> all() {
        return List.copyOf(definitions.values());
    }

    /** Gathers tasks; a name can be taken once. */
    public static final class Builder {

        private final Map<String, TaskDefinition> definitions = new LinkedHashMap<>();

        private Builder() {}

        /** @throws IllegalArgumentException if the name is taken, or two parameters share one */
        public Builder task(String name, TaskHandler handler, Parameter... parameters) {
            return add(new TaskDefinition(new Task<>(name, Object.class).name(), Arrays.asList(parameters), handler));
        }

        /** A task of one argument. The function may return a {@code Mono}. */
        public <A> Builder task(String name, String parameter, Class<A> type, Function<? super A, ?> function) {
            return task(name, (context, args) -> function.apply(cast(args[0])), Parameter.of(parameter, type));
        }

        /** A task of two arguments. The function may return a {@code Mono}. */
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
         * All methods of an object that are annotated with {@link TaskMethod}, with their parameters' {@link Param}s.
         *
         * @throws IllegalArgumentException if there is none, or a parameter has no name
         */
        public Builder methodsOf(Object object) {
            List<TaskDefinition> found = MethodTasks.of(object);
            if (found.isEmpty()) {
                throw new IllegalArgumentException(object.getClass().getName() + " has no method with @TaskMethod");
            }
            found.forEach(this::add);
            return this;
        }

        /**
         * Tasks of which streams that a loss cut off may go on with another call ({@link TaskDefinition#replayable()}).
         *
         * @throws IllegalArgumentException if one is not registered yet
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

        /** A feed that slows down ({@link Source#slowDown()}). */
        public Builder source(String name, Publisher<?> publisher) {
            return source(name, Source.of(publisher));
        }

        /**
         * A feed: what {@code Cluster.feed} of this name subscribes to.
         *
         * @throws IllegalArgumentException if the name is taken by another feed, or has not 1 to 123 characters
         */
        public Builder source(String name, Source source) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a feed has a name");
            }
            return add(TaskDefinition.ofFeed(name, source));
        }

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

        /** Arguments were converted to the parameter's type before; a task that cannot take null says so itself. */
        @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
        private static <T> T cast(@Nullable Object value) {
            return (T) value;
        }
    }
}
