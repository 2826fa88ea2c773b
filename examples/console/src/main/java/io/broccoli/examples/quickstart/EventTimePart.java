package io.broccoli.examples.quickstart;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.Sample;
import io.broccoli.window.EventStage;
import io.broccoli.window.WindowResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The third part of the quickstart: the week once more, by event time, while it is replayed. */
final class EventTimePart {

    /** Earthquakes from here on are told at once, and their distances are worked out. */
    static final double ALARM = 5.8;

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(2); // beyond the replay itself

    private final PrintWriter out;
    private final List<SeismicEvent> events;
    private final Set<String> networks;
    private final Replay replay;

    EventTimePart(PrintWriter out, List<SeismicEvent> events, Set<String> networks, Replay replay) {
        this.out = out;
        this.events = events;
        this.networks = networks;
        this.replay = replay;
    }

    private record Ended(
            List<WindowResult<String, List<Sample<Tremor>>>> hours,
            List<WindowResult<@Nullable Void, List<Sample<Tremor>>>> days) {}

    /** Blocks until the week is over; false if something does not agree with plain Java. */
    boolean play(Cluster cluster) {
        List<Tremor> week =
                events.stream().map(Tremor::of).filter(Objects::nonNull).toList();
        explain();
        EventStage<Sample<Tremor>, WindowResult<String, List<Sample<Tremor>>>> hours =
                EventTimeStream.hours(networks, replay.speed());
        EventStage<Sample<Tremor>, WindowResult<@Nullable Void, List<Sample<Tremor>>>> days =
                EventTimeStream.days(networks, replay.speed());
        ConcurrentLinkedQueue<Tremor> late = new ConcurrentLinkedQueue<>();
        hours.late().subscribe(each -> late.add(EventTimeStream.tremor(each.element())));
        Flux<Sample<Tremor>> samples = cluster.feed(Replay.FEED, Tremor.class)
                .take(week.size())
                .doOnNext(sample -> alarm(EventTimeStream.tremor(sample)))
                .publish()
                .autoConnect(2);
        Ended ended = Mono.zip(
                        samples.transform(hours).collectList(),
                        samples.transform(days).doOnNext(this::day).collectList(),
                        Ended::new)
                .blockOptional(longest())
                .orElseThrow();
        return check(week, ended, List.copyOf(late));
    }

    private Duration longest() {
        long week = events.get(events.size() - 1).timeMs() - events.get(0).timeMs() + Replay.LONGEST_DELAY.toMillis();
        return Duration.ofMillis((long) (week / replay.speed())).plus(LONGEST_DELAY);
    }

    // ---- while it runs

    private void explain() {
        out.println();
        say("Part three: the same week by event time, replayed %,.0f times as fast", replay.speed());
        say("Each node hears an earthquake up to half an hour after it happened, one of 25");
        say("up to twelve hours. Windows go by the time that earthquakes state: an hour");
        say("of each network, and a day of all, twice a day. Alarms do not wait (M%.1f).", ALARM);
        out.println();
        out.flush();
    }

    private void alarm(Tremor tremor) {
        if (tremor.quake().magnitude() >= ALARM) {
            line("ALARM        " + time(tremor.time()) + "  " + described(tremor));
        }
    }

    private void day(WindowResult<@Nullable Void, List<Sample<Tremor>>> day) {
        Tremor strongest = EventTimeStream.tremor(day.value().stream()
                .max(Comparator.comparingDouble(
                        sample -> EventTimeStream.tremor(sample).quake().magnitude()))
                .orElseThrow());
        line(String.format(
                Locale.ROOT,
                "day from     %s  %4d earthquakes, %s",
                time(day.start()),
                day.value().size(),
                described(strongest)));
    }

    private static String described(Tremor tremor) {
        return String.format(
                Locale.ROOT,
                "M%.1f %s",
                tremor.quake().magnitude(),
                tremor.quake().place());
    }

    private static String time(Instant time) {
        return time.toString().substring(5, 16).replace('T', ' ');
    }

    // ---- when it is over

    private boolean check(List<Tremor> week, Ended ended, List<Tremor> late) {
        out.println();
        distances(ended, late);
        Map<String, Integer> plain = new HashMap<>(); // by network and hour
        week.forEach(tremor -> plain.merge(hour(tremor), 1, Integer::sum));
        Map<String, Integer> found = new HashMap<>();
        for (WindowResult<String, List<Sample<Tremor>>> hour : ended.hours()) {
            hour.value().forEach(sample -> found.merge(hour.key() + hour.start().toEpochMilli(), 1, Integer::sum));
        }
        int windows = found.size();
        late.forEach(tremor -> found.merge(hour(tremor), 1, Integer::sum));
        boolean hoursAgree = found.equals(plain);
        int missing = 0;
        boolean daysAgree = true;
        for (WindowResult<@Nullable Void, List<Sample<Tremor>>> day : ended.days()) {
            Set<Tremor> those = new HashSet<>();
            week.stream()
                    .filter(tremor -> !tremor.time().isBefore(day.start())
                            && tremor.time().isBefore(day.end()))
                    .forEach(those::add);
            for (Sample<Tremor> sample : day.value()) {
                daysAgree &= those.remove(EventTimeStream.tremor(sample));
            }
            missing += those.size();
        }
        say("%,d windows of an hour; %d earthquakes came too late for theirs.", windows, late.size());
        say(
                hoursAgree
                        ? "Again in plain Java: all hours of all networks agree (windows and late ones)."
                        : "Again in plain Java: hours DISAGREE.");
        say(
                !daysAgree
                        ? "Days DISAGREE."
                        : missing == 0
                                ? "All %2$d days agree."
                                : "All %2$d days agree, but for %1$d earthquakes that came too late for one.",
                missing,
                ended.days().size());
        out.flush();
        return hoursAgree && daysAgree;
    }

    private static String hour(Tremor tremor) {
        long hour = EventTimeStream.HOUR.toMillis();
        return tremor.quake().network() + Math.floorDiv(tremor.quake().timeMs(), hour) * hour;
    }

    /** Of the strong ones that follow each other in time, the late ones too. */
    private void distances(Ended ended, List<Tremor> late) {
        List<Tremor> strong = new ArrayList<>(late);
        ended.hours().forEach(hour -> hour.value().forEach(sample -> strong.add(EventTimeStream.tremor(sample))));
        strong.removeIf(tremor -> tremor.quake().magnitude() < ALARM);
        strong.sort(Comparator.comparing(Tremor::time));
        for (int i = 0; i < strong.size(); i++) {
            Tremor next = strong.get(i);
            line((i == 0 ? "Strong ones:              " : way(strong.get(i - 1), next)) + described(next));
        }
        out.println();
    }

    private static String way(Tremor from, Tremor to) {
        return String.format(
                Locale.ROOT,
                "%,6.0f km, %3d h later:   ",
                from.distanceTo(to) / 1000,
                TimeUnit.MILLISECONDS.toHours(to.quake().timeMs() - from.quake().timeMs()));
    }

    private void line(String text) {
        say("%s", text.length() > 77 ? text.substring(0, 77) : text);
        out.flush();
    }

    private void say(String format, Object... args) {
        out.println("  " + String.format(Locale.ROOT, format, args));
    }
}
