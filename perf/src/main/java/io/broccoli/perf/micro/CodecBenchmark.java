package io.broccoli.perf.micro;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A batch of {@code add(int, int)} to bytes and back, in nanoseconds for the batch. By hand, by the library and {@code encodeAll} make
 * the same bytes of the same numbers (as rows); {@code encodeTasks} is the frame alone, of bodies that are encoded already.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    @Param({"1", "8", "64", "512"})
    public int size;

    private final FrameCodec frames = new MessagePackFrameCodec();
    private final PayloadCodec payloads = new MessagePackPayloadCodec();
    private final HandWriter handWriter = new HandWriter();
    private final HandReader handReader = new HandReader();
    private final LibraryWriter library = new LibraryWriter();
    private Batch batch = new Batch(1);
    private Frame.Tasks tasks = batch.tasks(payloads);
    private Frame.Results results = batch.results(payloads);
    private byte[] rows = {};
    private byte[] columns = {};
    private byte[] answer = {};
    private int head;

    @Setup
    public void prepare() throws IOException {
        batch = new Batch(size);
        tasks = batch.tasks(payloads);
        results = batch.results(payloads);
        rows = frames.encode(tasks, false);
        columns = frames.encode(tasks, true);
        answer = frames.encode(results, true);
        head = rows[1];
        if (!Arrays.equals(rows, handWriter.tasks(batch, head)) || !Arrays.equals(rows, library.tasks(batch, head))) {
            throw new IllegalStateException("the yardsticks write other bytes");
        }
    }

    @Benchmark
    public byte[] encodeAll() {
        return frames.encode(batch.tasks(payloads), false);
    }

    @Benchmark
    public byte[] encodeAllByHand() {
        return handWriter.tasks(batch, head);
    }

    @Benchmark
    public byte[] encodeAllByLibrary() throws IOException {
        return library.tasks(batch, head);
    }

    @Benchmark
    public byte[] encodeTasksAsRows() {
        return frames.encode(tasks, false);
    }

    @Benchmark
    public byte[] encodeTasksAsColumns() {
        return frames.encode(tasks, true);
    }

    @Benchmark
    public byte[] encodeResults() {
        return frames.encode(results, true);
    }

    @Benchmark
    public long decodeAll() {
        long sum = 0;
        for (Payload body : ((Frame.Tasks) frames.decode(rows)).bodies()) {
            if (body != null && payloads.decodeBody(body) instanceof Body.Call call) {
                sum += (Integer) argument(call, 0) + (Integer) argument(call, 1);
            }
        }
        return sum;
    }

    private static Object argument(Body.Call call, int place) {
        Object value = call.args().get(place);
        return value == null ? 0 : value;
    }

    @Benchmark
    public long decodeAllByHand() {
        return handReader.tasks(rows);
    }

    @Benchmark
    public long decodeAllByLibrary() throws IOException {
        return library.sumOfTasks(rows);
    }

    @Benchmark
    public Frame decodeTasksAsRows() {
        return frames.decode(rows);
    }

    @Benchmark
    public Frame decodeTasksAsColumns() {
        return frames.decode(columns);
    }

    @Benchmark
    public Frame decodeResults() {
        return frames.decode(answer);
    }
}
