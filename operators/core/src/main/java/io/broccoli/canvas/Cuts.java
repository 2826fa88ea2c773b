package io.broccoli.canvas;

import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** Cuts streams into windows by arrival. */
final class Cuts {

    private Cuts() {}

    static <I> Function<Flux<? extends I>, Flux<? extends List<?>>> of(Window.Arrival window) {
        return source -> cut(window, source);
    }

    /** The windows of a stream. Requests only the elements that fill them, except for time windows; see there. */
    static <T> Flux<List<T>> cut(Window.Arrival window, Flux<T> source) {
        Duration time = window.time();
        return time == null ? source.buffer(window.count()) : source.bufferTimeout(window.count(), time, true);
    }
}
