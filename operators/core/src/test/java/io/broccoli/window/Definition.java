package io.broccoli.window;

import io.broccoli.window.Stream.Fired;
import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Kind;
import io.broccoli.window.Stream.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;

/** What windows and joins must give: a plain, slow copy of the design's reference program ({@code windows.py}). */
@NullUnmarked
final class Definition {

    private Definition() {}

    static Outcome run(Stream stream) {
        return stream.isJoin() ? new Join(stream).run() : new Windows(stream).run();
    }

    static final class Mark {
        final long disorder;
        final Map<String, Long> sources = new LinkedHashMap<>();
        final Set<String> idle = new HashSet<>();
        Long at;

        Mark(long disorder) {
            this.disorder = disorder;
        }

        void take(Input item) {
            switch (item.kind()) {
                case JOINED -> {
                    if (!sources.containsKey(item.source())) {
                        sources.put(item.source(), null);
                    }
                }
                case ENDED -> {
                    sources.remove(item.source());
                    idle.remove(item.source());
                    step();
                }
                case IDLE -> {
                    idle.add(item.source());
                    step();
                }
                case SAMPLE -> {
                    idle.remove(item.source());
                    Long before = sources.get(item.source());
                    long now = Math.subtractExact(item.t(), disorder);
                    sources.put(item.source(), before == null ? now : Math.max(before, now));
                    step();
                }
            }
        }

        private void step() {
            List<Long> live = new ArrayList<>();
            sources.forEach((source, w) -> {
                if (!idle.contains(source)) {
                    live.add(w);
                }
            });
            if (live.isEmpty()) {
                sources.values().stream()
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .ifPresent(live::add);
            }
            if (!live.isEmpty() && !live.contains(null)) {
                long least = live.stream().min(Comparator.naturalOrder()).orElseThrow();
                at = at == null ? least : Math.max(at, least);
            }
        }

        boolean reached(long t) {
            return at != null && at >= t;
        }
    }

    record Numbered(int order, Object value) {}

    static final class Open {
        final Object key;
        final long start;
        final long end;
        final List<Numbered> values = new ArrayList<>();
        int revision;
        boolean fired;

        Open(Object key, long start, long end) {
            this.key = key;
            this.start = start;
            this.end = end;
        }

        int firstOrder() {
            return values.stream().mapToInt(Numbered::order).min().orElseThrow();
        }

        static final Comparator<Open> RANK = Comparator.<Open>comparingLong(w -> w.end)
                .thenComparingLong(w -> w.start)
                .thenComparingInt(Open::firstOrder);
    }

    static final class Windows {
        final Stream stream;
        final Mark mark;
        List<Open> state = new ArrayList<>();
        final List<Fired> results = new ArrayList<>();
        final List<Integer> at = new ArrayList<>();
        final List<Object> late = new ArrayList<>();
        int read;

        Windows(Stream stream) {
            this.stream = stream;
            mark = new Mark(stream.disorder());
        }

        void fire(Open w) {
            List<Object> values = w.values.stream()
                    .sorted(Comparator.comparingInt(Numbered::order))
                    .map(Numbered::value)
                    .toList();
            results.add(new Fired(w.key, w.start, w.end, w.revision, values));
            at.add(read);
            w.fired = true;
        }

        void advance() {
            state.stream()
                    .filter(w -> !w.fired && mark.reached(w.end))
                    .sorted(Open.RANK)
                    .toList()
                    .forEach(this::fire);
            state.removeIf(w -> isGone(w.end));
        }

        boolean isGone(long end) {
            return mark.reached(Math.addExact(end, stream.lateness()));
        }

        Outcome run() {
            int order = 0;
            int most = 0;
            for (Input item : stream.input()) {
                read++;
                if (item.kind() == Kind.SAMPLE) {
                    List<Open> again = new ArrayList<>();
                    boolean taken = stream.window() instanceof Window.Session session
                            ? session(session.gap().toMillis(), item, order, again)
                            : periodic((Window.Periodic) stream.window(), item, order, again);
                    order++;
                    if (!taken) {
                        late.add(item.value());
                    }
                    again.sort(Open.RANK);
                    again.forEach(this::fire);
                }
                mark.take(item);
                if (item.kind() != Kind.JOINED) {
                    advance();
                }
                Set<Integer> kept = new HashSet<>();
                state.forEach(w -> w.values.forEach(v -> kept.add(v.order())));
                most = Math.max(most, kept.size());
            }
            read++;
            state.stream().filter(w -> !w.fired).sorted(Open.RANK).toList().forEach(this::fire);
            return new Outcome(results, at, late, most);
        }

        boolean session(long gap, Input item, int order, List<Open> again) {
            long start = item.t();
            long end = Math.addExact(start, gap);
            List<Open> touching = state.stream()
                    .filter(w -> Objects.equals(w.key, item.key()) && w.start < end && start < w.end)
                    .toList();
            Open merged = new Open(
                    item.key(),
                    Math.min(
                            start,
                            touching.stream().mapToLong(w -> w.start).min().orElse(start)),
                    Math.max(end, touching.stream().mapToLong(w -> w.end).max().orElse(end)));
            if (isGone(merged.end)) {
                return false;
            }
            for (Open w : touching) {
                merged.values.addAll(w.values);
                merged.revision = Math.max(merged.revision, w.fired ? w.revision + 1 : w.revision);
                state.remove(w);
            }
            merged.values.add(new Numbered(order, item.value()));
            state.add(merged);
            if (mark.reached(merged.end)) {
                again.add(merged);
            }
            return true;
        }

        boolean periodic(Window.Periodic spec, Input item, int order, List<Open> again) {
            long size = spec.size().toMillis();
            long step = spec.slide().toMillis();
            long offset = spec.offset().toMillis();
            boolean covered = false;
            boolean taken = false;
            for (long start = Math.floorDiv(item.t() - offset, step) * step + offset;
                    start > item.t() - size;
                    start -= step) {
                covered = true;
                long from = start;
                if (isGone(from + size)) {
                    continue;
                }
                taken = true;
                Open w = state.stream()
                        .filter(each ->
                                Objects.equals(each.key, item.key()) && each.start == from && each.end == from + size)
                        .findFirst()
                        .orElse(null);
                if (w == null) {
                    w = new Open(item.key(), from, from + size);
                    state.add(w);
                }
                w.values.add(new Numbered(order, item.value()));
                if (w.fired) {
                    w.revision++;
                }
                if (mark.reached(w.end)) {
                    again.add(w);
                }
            }
            return taken || !covered;
        }
    }

    static final class Join {
        final Stream stream;
        final Mark mark;
        final Map<String, List<Input>> kept = new HashMap<>();

        Join(Stream stream) {
            this.stream = stream;
            mark = new Mark(stream.disorder());
            kept.put("a", new ArrayList<>());
            kept.put("b", new ArrayList<>());
        }

        Outcome run() {
            List<Pair<Object, Object, Object>> results = new ArrayList<>();
            List<Integer> at = new ArrayList<>();
            List<Object> late = new ArrayList<>();
            int most = 0;
            int read = 0;
            for (Input item : stream.input()) {
                read++;
                if (item.kind() == Kind.SAMPLE) {
                    if (mark.at != null && item.t() < mark.at) {
                        late.add(item.value());
                    } else {
                        boolean a = item.side().equals("a");
                        for (Input other : kept.get(a ? "b" : "a")) {
                            long apart = a ? other.t() - item.t() : item.t() - other.t();
                            if (Objects.equals(other.key(), item.key())
                                    && stream.low() <= apart
                                    && apart <= stream.high()) {
                                results.add(new Pair<>(
                                        item.key(),
                                        a ? item.value() : other.value(),
                                        a ? other.value() : item.value()));
                                at.add(read);
                            }
                        }
                        kept.get(item.side()).add(item);
                    }
                }
                mark.take(item);
                if (mark.at != null) {
                    kept.get("a").removeIf(x -> x.t() + stream.high() < mark.at);
                    kept.get("b").removeIf(x -> x.t() - stream.low() < mark.at);
                }
                most = Math.max(most, kept.get("a").size() + kept.get("b").size());
            }
            return new Outcome(results, at, late, most);
        }
    }
}
