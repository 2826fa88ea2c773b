package io.broccoli.transport.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom to dial, and when: the addresses that the user named, and those that members told. Of two members the one with the smaller name
 * dials; the other does so when that did not happen after a while, for not everybody can reach everybody. Time is passed in, in
 * nanoseconds; not thread-safe.
 *
 * <p>What a member tells of others is hearsay until somebody answers there. Hearsay costs little, whoever tells it: a host and port is
 * dialed for one name, a few times, and then not for a minute; so many a second at most, and each teller has so many at a time.
 */
final class Targets {

    /** Members whose addresses are known; more are not remembered. */
    static final int MOST = 4_096;

    /** Of those, how many one member has told of and nobody has confirmed. */
    static final int MOST_TOLD = 1_024;

    /** Lives that ended, which must not come back by hearsay; and as many hosts where nobody was. */
    private static final int MOST_ENDED = 4_096;

    /** Dials a second of what was told by others; twice as many may be made at once. */
    static final int HEARSAY_DIALS = 100;

    /** Dials of what one member told of, at a time: those that hang take no others' places. */
    static final int MOST_DIALING = 8;

    /** Dials of one such address. Whoever starts there later says so itself. */
    static final int HEARSAY_TRIES = 5;

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
    private final Map<Host, Target> hosts = new HashMap<>(); // of the known ones: only one member listens there
    private final Map<String, Integer> told = new HashMap<>(); // how many of the known ones are hearsay of whom
    private final Map<String, Long> ended = latest();
    private final Map<Host, Long> nobodyThere = latest(); // until when hearsay of them is not believed
    private double dials = 2.0 * HEARSAY_DIALS; // that are left for hearsay
    private long dialsAt;

    /**
     * @param discover whether others than the seeds are dialed
     * @param random gives numbers from 0 to 1
     */
    Targets(String self, List<Host> seeds, boolean discover, DoubleSupplier random, long now) {
        this.self = self;
        this.discover = discover;
        this.random = random;
        this.dialsAt = now;
        seeds.forEach(each -> this.seeds.add(new Target(each, true, null, 0, now)));
    }

    private static <T> Map<T, Long> latest() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<T, Long> eldest) {
                return size() > MOST_ENDED;
            }
        };
    }

    List<Target> seeds() {
        return seeds;
    }

    /** What others may be told: no hearsay. */
    List<Address> addresses() {
        List<Address> all = new ArrayList<>();
        known.forEach((member, target) -> {
            if (target.teller == null) {
                all.add(new Address(member, target.host, target.started));
            }
        });
        return all;
    }

    /** Whether all that is known of a member's address was told by others. */
    boolean isHearsay(String member) {
        Target target = known.get(member);
        return target != null && target.teller != null;
    }

    /** Those that are to be dialed now. */
    List<Target> due(long now, Predicate<String> connected) {
        List<Target> due = new ArrayList<>();
        List<Target> forgotten = new ArrayList<>();
        Map<String, Integer> dialing = new HashMap<>(); // by tellers
        for (Target each : known.values()) {
            if (each.dialing && each.teller != null) {
                dialing.merge(each.teller, 1, Integer::sum);
            }
        }
        for (Target each : seeds) {
            if (isDue(each, now, connected)) {
                due.add(each);
            }
        }
        for (Target each : known.values()) {
            if (each.failures > 0 && now - each.failingSince >= FORGET) {
                forgotten.add(each);
            } else if (discover && isDue(each, now, connected) && !isSeed(each.host) && mayDial(each, dialing, now)) {
                due.add(each);
            }
        }
        forgotten.forEach(each -> ended(String.valueOf(each.member), each.started));
        return due;
    }

    /**
     * Whether a target that is due may be dialed now. A dial of hearsay is counted here, so ask last.
     *
     * @param dialing how much hearsay of each teller is being dialed
     */
    private boolean mayDial(Target target, Map<String, Integer> dialing, long now) {
        if (target.teller == null) {
            return true;
        }
        if (dialing.getOrDefault(target.teller, 0) >= MOST_DIALING) {
            return false;
        }
        double more = (now - dialsAt) / 1e9 * HEARSAY_DIALS;
        dials = Math.min(2.0 * HEARSAY_DIALS, dials + Math.max(0, more));
        dialsAt = now;
        if (dials < 1) {
            return false;
        }
        dials--;
        dialing.merge(target.teller, 1, Integer::sum);
        return true;
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

    /** A member told of itself; whether that is news. */
    boolean learned(Address address, long now) {
        return learned(address, null, now);
    }

    /**
     * A member was told of, or told of itself.
     *
     * @param teller who told of it; null: itself
     * @return whether that is news
     */
    boolean learned(Address address, @Nullable String teller, long now) {
        boolean firstHand = teller == null;
        Target old = known.get(address.member());
        if (address.member().equals(self)
                || (old != null && old.started > address.started() && !(firstHand && old.teller != null))
                || (teller != null && !isCredible(address, teller, now))) {
            return false;
        }
        boolean news = old == null || old.started != address.started();
        if (old != null && !news && (!firstHand || old.host.equals(address.host()))) {
            if (firstHand) {
                confirm(old);
            }
            return false;
        }
        if (old == null && known.size() >= MOST && !(firstHand && dropHearsay())) {
            return false;
        }
        ended.remove(address.member());
        forget(old);
        Target there = hosts.get(address.host());
        if (there != null && (there.teller != null || there.failures > 0)) {
            forget(there); // whoever was thought to be there is not
        }
        long wait = firstHand || self.compareTo(address.member()) < 0 ? 0 : COURTESY;
        Target target = new Target(address.host(), false, address.member(), address.started(), now + wait);
        target.teller = teller;
        known.put(address.member(), target);
        hosts.putIfAbsent(address.host(), target);
        if (teller != null) {
            told.merge(teller, 1, Integer::sum);
        }
        return news;
    }

    /** Whether hearsay is worth a dial. */
    private boolean isCredible(Address address, String teller, long now) {
        Long last = ended.get(address.member());
        Target old = known.get(address.member());
        boolean sure = old != null && old.teller == null && old.failures == 0; // it has said itself where it is
        Target there = hosts.get(address.host());
        Long empty = nobodyThere.get(address.host());
        boolean taken = there != null && (there.teller != null || there.failures == 0);
        return (last == null || last < address.started())
                && !sure
                && !taken
                && (empty == null || now - empty >= 0)
                && told.getOrDefault(teller, 0) < MOST_TOLD;
    }

    /** Makes room for one that states its address itself; false if there is no hearsay. */
    private boolean dropHearsay() {
        for (Target each : known.values()) {
            if (each.teller != null && !each.dialing) {
                forget(each);
                return true;
            }
        }
        return false;
    }

    /** It is no hearsay any more. */
    private void confirm(Target target) {
        String teller = target.teller;
        if (teller != null) {
            target.teller = null;
            target.orphan = false;
            told.computeIfPresent(teller, (name, count) -> count > 1 ? count - 1 : null);
        }
    }

    private void forget(@Nullable Target target) {
        if (target != null && target.member != null && known.remove(target.member, target)) {
            confirm(target);
            hosts.remove(target.host, target);
        }
    }

    /** A dialed member answered. Whoever was thought to be there is not; it says itself where it is, if it lives. */
    void answered(Target target, Hello hello) {
        String expected = target.member;
        if (!target.seed && expected != null && !expected.equals(hello.member())) {
            forget(target);
            ended.merge(expected, target.started, Math::max);
        }
        confirm(target);
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
            forget(target);
        }
        forgetHearsay(member);
        for (Target each : seeds) {
            if (member.equals(each.member)) {
                each.member = null; // somebody else may listen there soon
            }
        }
        ended.merge(member, started, Math::max);
    }

    /** Who told of them left: what nobody found is not looked for any more. */
    private void forgetHearsay(String teller) {
        if (!told.containsKey(teller)) {
            return;
        }
        for (Target each : List.copyOf(known.values())) {
            if (teller.equals(each.teller)) {
                each.orphan = true;
                if (each.failures > 0 && !each.dialing) {
                    forget(each);
                }
            }
        }
    }

    /** @param alone whether there is no connection at all */
    void failed(Target target, boolean alone, long now) {
        target.dialing = false;
        if (target.failures++ == 0) {
            target.failingSince = now;
        }
        if (target.teller != null && (target.orphan || target.failures >= HEARSAY_TRIES)) {
            nobodyThere.put(target.host, now + FORGET);
            forget(target);
        }
        long due = FIRST_PAUSE << Math.min(target.failures - 1, MOST_DOUBLINGS);
        long most = Math.min(due, alone && target.seed ? LONGEST_PAUSE_ALONE : LONGEST_PAUSE);
        target.nextAt = now + (long) (most * (0.75 + 0.5 * random.getAsDouble()));
    }
}
