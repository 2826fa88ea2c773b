package io.broccoli.perf.windows;

import io.broccoli.perf.process.ChildProcess;
import java.io.IOException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;

/** Flink's contender: a MiniCluster with one slot, which reuses objects. As {@link ContenderMain}. */
public final class FlinkMain {

    private static volatile Course course = new Course(0); // functions are serialized, so they find it here

    private FlinkMain() {}

    public static void main(String[] args) throws IOException {
        int keys = Integer.parseInt(args[1]);
        ChildProcess.ready(items -> {
            try {
                return run(Long.parseLong(items), keys);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String run(long items, int keys) throws Exception {
        course = new Course(items);
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        flink.getConfig().enableObjectReuse();
        flink.fromSource(
                        new NumberSequenceSource(0, items - 1), WatermarkStrategy.noWatermarks(), "numbers", Types.LONG)
                .map(n -> event(n, keys))
                .returns(Event.class)
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Event>forBoundedOutOfOrderness(Event.DISORDER)
                                .withTimestampAssigner((event, before) -> event.time()))
                .keyBy(Event::key, Types.INT)
                .window(TumblingEventTimeWindows.of(Event.SIZE))
                .aggregate(new Count())
                .map(FlinkMain::result)
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        flink.execute();
        return course.end();
    }

    private static Event event(long n, int keys) {
        if (n == 0) {
            course.begin();
        }
        return Event.of(n, keys);
    }

    private static long result(long count) {
        course.result(count);
        return count;
    }

    private static final class Count implements AggregateFunction<Event, Long, Long> {

        @Override
        public Long createAccumulator() {
            return 0L;
        }

        @Override
        public Long add(Event event, Long count) {
            return count + 1;
        }

        @Override
        public Long getResult(Long count) {
            return count;
        }

        @Override
        public Long merge(Long first, Long second) {
            return first + second;
        }
    }
}
