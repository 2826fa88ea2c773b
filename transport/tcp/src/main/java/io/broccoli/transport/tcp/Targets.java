package io.broccoli.transport.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * Whom to dial, and when: the addresses that the user named, and those that members told. Of two members the one with the smaller name
 * dials; the other does so when that did not happen after a while, for not everybody can reach everybody. Time is passed in, in
 * nanoseconds; not thread-safe.
 */
final class Targets {

    /** Members whose addresses are known; more are not remembered. */
    static final int MOST = 4_096;

    /** Lives that ended, which must not come back by hearsay. */
    private static final int MOST_ENDED = 4_096;

    static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();
    static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

    /** While nobody is there: asking costs little, and work waits. */
    static final long LONGEST_PAUSE_ALONE = Duration.ofSeconds(2).toNanos();

    /** How long the member with the smaller name has for dialing first. */
    static final long COURTESY = Duration.ofMillis(500).toNanos();

    /** The same when there was a connection, and both know of each other. */
    static final long COURTESY_AGAIN = Duration.ofMillis(100).toNanos();

    /** An address that failed for so long is forgotten, if the user did not name it. */
    static final long FORGET = Duration.ofMinutes(1).toNanos();

    private static final int MOST_DOUBLINGS = 6;

    private final String self;
    private final boolean discover;
    private final DoubleSupplier random;
    private final List<Target> seeds = new ArrayList<>();
    private final Map<String, Target> known = new LinkedHashMap<>();
    private final Map<String, Long> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_ENDED;
        }
    };

    /**
     * @param discover whether others than the seeds are dialed
     * @param random gives numbers from 0 to 1
     */
    Targets(String self, List<Host> seeds, boolean discover, DoubleSupplier random, long now) {
        this.self = self;
        this.discover = discover;
        this.random = random;
        seeds.forEach(each -> this.seeds.add(new Target(each, true, null, 0, now)));
    }

    List<Target> seeds() {
        return seeds;
    }

    /** What others may be told. */
    List<Address> addresses() {
        List<Address> all = new ArrayList<>();
        known.forEach((member, target) -> all.add(new Address(member, target.host, target.started)));
        return all;
    }

    /** Those that are to be dialed now. */
    List<Target> due(long now, Predicate<String> connected) {
        List<Target> due = new ArrayList<>();
        List<Target> forgotten = new ArrayList<>();
        for (Target each : seeds) {
            if (isDue(each, now, connected)) {
                due.add(each);
            }
        }
        for (Target each : known.values()) {
            if (each.failures > 0 && now - each.failingSince >= FORGET) {
                forgotten.add(each);
            } else if (discover && isDue(each, now, connected) && !isSeed(each.host)) {
                due.add(each);
            }
        }
        forgotten.forEach(each -> ended(String.valueOf(each.member), each.started));
        return due;
    }

    private static boolean isDue(Target target, long now, Predicate<String> connected) {
        return !target.self
                && !target.dialing
                && now - target.nextAt >= 0
                && (target.member == null || !connected.test(target.member));
    }

    private boolean isSeed(Host host) {
        for (Target each : seeds) {
            if (each.host.equals(host) && !each.self) {
                return true;
            }
        }
        return false;
    }

    /**
     * A member was told of, or told of itself.
     *
     * @return whether that is news
     */
    boolean learned(Address address, boolean firstHand, long now) {
        Target old = known.get(address.member());
        Long last = ended.get(address.member());
        if (address.member().equals(self)
                || (old != null && old.started > address.started())
                || (last != null && last >= address.started() && !firstHand)) {
            return false;
        }
        boolean news = old == null || old.started < address.started();
        if (old == null ? known.size() >= MOST : !news && (!firstHand || old.host.equals(address.host()))) {
            return false;
        }
        ended.remove(address.member());
        long wait = firstHand || self.compareTo(address.member()) < 0 ? 0 : COURTESY;
        known.put(address.member(), new Target(address.host(), false, address.member(), address.started(), now + wait));
        return news;
    }

    /** A dialed member answered. Whoever was thought to be there is not; it says itself where it is, if it lives. */
    void answered(Target target, Hello hello) {
        String expected = target.member;
        if (!target.seed && expected != null && !expected.equals(hello.member())) {
            known.remove(expected, target);
            ended.merge(expected, target.started, Math::max);
        }
        target.dialing = false;
        target.failures = 0;
        target.member = hello.member();
        target.started = hello.started();
    }

    /** A member that had a connection has none. */
    void lost(String member, long now) {
        long at = now + (self.compareTo(member) < 0 ? 0 : COURTESY_AGAIN);
        Target target = known.get(member);
        if (target != null) {
            target.nextAt = at;
            target.failures = 0;
        }
        for (Target each : seeds) {
            if (member.equals(each.member)) {
                each.nextAt = at;
                each.failures = 0;
            }
        }
    }

    /** A life of a member is over: it is neither dialed nor told of any more. */
    void ended(String member, long started) {
        Target target = known.get(member);
        if (target != null && target.started <= started) {
            known.remove(member);
        }
        for (Target each : seeds) {
            if (member.equals(each.member)) {
                each.member = null; // somebody else may listen there soon
            }
        }
        ended.merge(member, started, Math::max);
    }

    /** @param alone whether there is no connection at all */
    void failed(Target target, boolean alone, long now) {
        target.dialing = false;
        if (target.failures++ == 0) {
            target.failingSince = now;
        }
        long due = FIRST_PAUSE << Math.min(target.failures - 1, MOST_DOUBLINGS);
        long most = Math.min(due, alone && target.seed ? LONGEST_PAUSE_ALONE : LONGEST_PAUSE);
        target.nextAt = now + (long) (most * (0.75 + 0.5 * random.getAsDouble()));
    }
}
