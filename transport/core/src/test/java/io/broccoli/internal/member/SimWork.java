package io.broccoli.internal.member;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** What the elements of a stream do, and what must come of it. */
enum SimWork {
    CALL {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.submit(call("work", stream, x), then);
        }
    },
    /** One after another, each wherever there is room. */
    STEPS {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.submit(call("work", stream, x), new Run.Then() {
                @Override
                public void succeeded(Run again, Payload value) {
                    again.submit(new Work.Call("next", List.of(value, stream), Map.of()), then);
                }

                @Override
                public void failed(Run failed, TaskOutcome.Failure<?> failure) {
                    then.failed(failed, failure);
                }
            });
        }

        @Override
        Object expected(int x) {
            return next(worked(x));
        }

        @Override
        int elementOf(Object value) {
            return super.elementOf((int) value - next(0));
        }

        @Override
        int elementOf(TaskOutcome.Failure<?> failure) {
            return failure.task().equals("next")
                    ? super.elementOf(failure.arguments().get(0))
                    : super.elementOf(failure);
        }
    },
    /** One after another, on one node. */
    CHAIN {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.submit(
                    new Work.Chain(List.of(
                            new Work.Step("work", List.of(stream, x), Map.of(), false),
                            new Work.Step("next", List.of(stream), Map.of(), false))),
                    then);
        }

        @Override
        Object expected(int x) {
            return next(worked(x));
        }

        @Override
        int elementOf(Object value) {
            return STEPS.elementOf(value);
        }
    },
    CHUNK {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.submit(new Work.Each("part", List.of(stream), parts(x), false), then);
        }

        @Override
        Object expected(int x) {
            return parts(x).stream().map(SimWork::worked).toList();
        }

        @Override
        int elementOf(Object value) {
            return super.elementOf(((List<?>) value).get(0)) / 10;
        }

        @Override
        int elementOf(TaskOutcome.Failure<?> failure) {
            return (int) Objects.requireNonNull(failure.arguments().get(0)) / 10;
        }
    },
    NESTED {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.submit(call("nested", stream, x), then);
        }

        @Override
        Object expected(int x) {
            int sum = IntStream.range(0, children(x))
                    .map(i -> worked(child(x, i)))
                    .sum();
            return nested(x, sum);
        }

        @Override
        int elementOf(Object value) {
            return (int) value % 1_000;
        }
    },
    ITEMS {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.stream(call("items", stream, x), then);
        }

        @Override
        int elementOf(Object value) {
            return (int) value % 1_000_000 / 1_000;
        }
    },
    /** As ITEMS, but a loss in the middle does no harm. */
    REPLAYED_ITEMS {
        @Override
        void begin(int stream, int x, Run run, Run.Then then) {
            run.stream(call("again", stream, x), then);
        }

        @Override
        int elementOf(Object value) {
            return ITEMS.elementOf(value);
        }
    };

    abstract void begin(int stream, int x, Run run, Run.Then then);

    /** The value of an element that has one. */
    Object expected(int x) {
        return worked(x);
    }

    /** Whose value it is. */
    int elementOf(Object value) {
        return ((int) value - 1) / 3;
    }

    /** Whose failure it is; it names its arguments. */
    int elementOf(TaskOutcome.Failure<?> failure) {
        return (int) Objects.requireNonNull(failure.arguments().get(1));
    }

    /** @param keys hears how the work ends */
    Plan<Integer, Object> plan(int stream, SimKeys keys) {
        return new Plan<>() {
            @Override
            public void begin(Integer element, Run run) {
                SimWork.this.begin(stream, element, run, keys.hearing(element, Run::succeed));
            }

            @Override
            public Type resultType() {
                return Object.class;
            }
        };
    }

    boolean isSeveral() {
        return this == ITEMS || this == REPLAYED_ITEMS;
    }

    private static Work.Call call(String task, int stream, int x) {
        return new Work.Call(task, List.of(stream, x), Map.of());
    }

    static int worked(int x) {
        return 3 * x + 1;
    }

    static int next(int x) {
        return x + 1_000_000;
    }

    static List<Integer> parts(int x) {
        return List.of(10 * x, 10 * x + 1, 10 * x + 2);
    }

    static int children(int x) {
        return x % 4;
    }

    static int nested(int x, int sum) {
        return 1_000 * sum + x;
    }

    static int child(int x, int i) {
        return 10 * x + i;
    }

    /** How many items come of an element: some have none, some more than any window. */
    static int items(int x) {
        return Math.floorMod(x * 7, 23);
    }

    /** @param run which run of its task gives it; 0 where all give the same */
    static int item(int run, int x, int i) {
        return 1_000_000 * run + 1_000 * x + i;
    }
}
