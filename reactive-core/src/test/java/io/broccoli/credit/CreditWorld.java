package io.broccoli.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Real links and ledgers in virtual time, over a network that loses, repeats, delays and reorders, with nodes that crash. The
 * invariants of the protocol are checked after each event. A seed replays a world exactly.
 */
final class CreditWorld {

    static final long MILLI = 1_000_000;
    private static final int ENTRY_BYTES = 8;

    final Random random;
    final List<Node> nodes = new ArrayList<>();
    final List<Producer> producers = new ArrayList<>();
    double loss;
    double repeat;
    long delay = 20 * MILLI;
    long now;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long counter;
    int frames;

    CreditWorld(long seed) {
        random = new Random(seed);
    }

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    void after(long pause, Runnable action) {
        events.add(new Event(now + pause, counter++, action));
    }

    private void send(Runnable arrival) {
        frames++;
        int copies = random.nextDouble() < repeat ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (random.nextDouble() >= loss) {
                after(MILLI + (long) (-Math.log(1 - random.nextDouble()) * delay), arrival);
            }
        }
    }

    /** Runs until all producers have all outcomes; then until all is silent. */
    void run(long horizon) {
        while (!producers.stream().allMatch(Producer::isDone)) {
            step(horizon);
        }
        long end = now + 4 * Timing.LEASE;
        int before = -1;
        while (now < end && !events.isEmpty()) {
            if (now > end - Timing.LEASE && before < 0) {
                before = frames;
            }
            step(horizon + 8 * Timing.LEASE);
        }
        require(before < 0 || frames == before, "silence: frames are still sent when there is nothing to say");
        producers.forEach(Producer::requireEmpty);
        nodes.forEach(Node::requireEmpty);
    }

    private void step(long horizon) {
        Event event = events.poll();
        require(event != null && now < horizon, "I8: not all ended by " + now / MILLI + " ms");
        if (event != null) {
            now = event.at;
            event.action.run();
            nodes.forEach(Node::check);
            producers.forEach(Producer::check);
        }
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    // ---- a node

    final class Node implements CreditLedger.Host {
        final String name;
        final int capacity;
        final int workers;
        final int ring;
        private long boot;
        private boolean alive;
        private CreditLedger ledger;
        private final ArrayDeque<Task> queue = new ArrayDeque<>();
        private final Set<Task> running = new HashSet<>();
        private final Map<String, Long> lastEpoch = new HashMap<>();

        Node(String name, int capacity, int workers, int ring) {
            this.name = name;
            this.capacity = capacity;
            this.workers = workers;
            this.ring = ring;
            ledger = new CreditLedger(1, capacity, 16, ring, 1 << 16, this);
            nodes.add(this);
            start();
        }

        private void start() {
            boot++;
            alive = true;
            queue.clear();
            running.clear();
            ledger = new CreditLedger(boot, capacity, 16, ring, 1 << 16, this);
            beat(boot);
        }

        private void beat(long life) {
            after(Timing.REANNOUNCE, () -> {
                if (alive && boot == life) {
                    ledger.beat(now);
                    beat(life);
                }
            });
        }

        void crash(long downFor) {
            if (alive) {
                alive = false;
                after(downFor, this::start);
            }
        }

        void receive(String from, Frame.ToNode frame) {
            if (!alive) {
                return;
            }
            if (frame instanceof Frame.Poll poll) {
                ledger.poll(from, poll, now);
            } else if (frame instanceof Frame.Tasks tasks) {
                ledger.tasks(from, tasks, now);
            } else if (frame instanceof Frame.Cancel cancel) {
                ledger.cancel(from, cancel, now);
            }
            work();
        }

        private void work() {
            while (!queue.isEmpty() && running.size() < workers) {
                Task task = queue.removeFirst();
                running.add(task);
                CreditLedger mine = ledger;
                after((long) (-Math.log(1 - random.nextDouble()) * 50 * MILLI), () -> {
                    if (mine == ledger && alive) {
                        running.remove(task);
                        mine.finished(task, ResultStatus.SUCCESS, task.body());
                        work();
                        mine.deal();
                    }
                });
            }
        }

        private Producer producer(Account account) {
            return producers.stream()
                    .filter(each -> each.name.equals(account.producer()))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void send(Account account, Frame.ToProducer frame) {
            if (frame instanceof Frame.Grant grant) {
                long last = lastEpoch.merge(account.producer(), grant.linkEpoch(), Math::max);
                require(last == grant.linkEpoch(), "I7: the link epoch fell");
            }
            Producer to = producer(account);
            CreditWorld.this.send(() -> to.receive(name, frame));
        }

        @Override
        public void refuse(String producer, Frame.Nack nack) {
            producers.stream()
                    .filter(each -> each.name.equals(producer))
                    .forEach(each -> CreditWorld.this.send(() -> each.receive(name, nack)));
        }

        @Override
        public HeldTask accept(Account account, long seq, long id, Payload body) {
            Task task = new Task(account, seq, id, body);
            queue.addLast(task);
            return task;
        }

        @Override
        public boolean withdraw(HeldTask task, boolean stop) {
            return queue.remove(task);
        }

        @Override
        public void answersReady(Account account) {
            CreditLedger mine = ledger;
            after(random.nextInt(5) * MILLI, () -> {
                if (mine == ledger && alive) {
                    Frame.Results results = mine.results(account, 64, ENTRY_BYTES, 1 << 16);
                    if (results != null) {
                        Producer to = producer(account);
                        CreditWorld.this.send(() -> to.receive(name, results));
                    }
                }
            });
        }

        @Override
        public void grantSoon() {
            CreditLedger mine = ledger;
            after(CreditLedger.GRANT_PAUSE, () -> {
                if (mine == ledger && alive) {
                    mine.grantRises();
                }
            });
        }

        private void check() {
            require(queue.size() + running.size() == ledger.held() || !alive, name + " holds what it does not count");
            require(
                    ledger.free() >= 0,
                    "I1: " + name + " holds " + ledger.held() + " and gave " + ledger.unused() + " of " + capacity);
            require(ledger.unused() >= 0, "I1: seen beyond the limit");
            require(ledger.remembered() <= ring && ledger.rememberedBytes() <= 1 << 16, "I2: ring");
            require(ledger.links() <= 16, "I2: links");
        }

        private void requireEmpty() {
            require(
                    !alive
                            || ledger.held() == 0
                                    && ledger.links() == 0
                                    && ledger.unused() == 0
                                    && ledger.remembered() == 0,
                    name + " is not empty: held " + ledger.held() + ", links " + ledger.links() + ", unused "
                            + ledger.unused());
        }
    }

    private static final class Task extends HeldTask {
        Task(Account account, long seq, long id, Payload body) {
            super(account, seq, id, body);
        }
    }

    // ---- a producer: the least that a dispatcher does

    final class Producer implements CreditLink.Events<Integer> {
        final String name;
        final int window;
        private final int count;
        private final Map<String, CreditLink<Integer>> links = new LinkedHashMap<>();
        private final ArrayDeque<Integer> pending = new ArrayDeque<>();
        private final Map<Integer, Integer> outcomes = new TreeMap<>();
        private final Map<Integer, long[]> flights = new HashMap<>(); // element -> link index, seq
        private int taken;
        private int cancelled;
        private @Nullable Runnable keeper;

        Producer(String name, int count, int window) {
            this.name = name;
            this.count = count;
            this.window = window;
            for (Node node : nodes) {
                links.put(node.name, new CreditLink<>(1, (long) links.size() << 40, this));
            }
            producers.add(this);
            after(1, this::pump);
            after(Timing.REANNOUNCE, this::tick);
        }

        /** Voids all that is under way, as when a subscriber leaves, and begins anew with what is left. */
        void cancelAll() {
            for (long[] flight : flights.values()) {
                link(flight).voidSeq(flight[1]);
                cancelled++;
            }
            flights.clear();
            taken = outcomes.size() + cancelled + pending.size();
            pump();
        }

        boolean isDone() {
            return outcomes.size() + cancelled >= count;
        }

        private CreditLink<Integer> link(long[] flight) {
            return List.copyOf(links.values()).get((int) flight[0]);
        }

        void receive(String from, Frame.ToProducer frame) {
            CreditLink<Integer> link = links.get(from);
            if (link == null) {
                return;
            }
            if (frame instanceof Frame.Grant grant) {
                link.grant(grant, now);
            } else if (frame instanceof Frame.Results results) {
                link.results(results, now);
            } else if (frame instanceof Frame.Nack nack) {
                require(
                        nack.reason() != Frame.Refusal.NO_CREDIT || nack.linkEpoch() != link.epoch(),
                        "I5: a cooperative producer was refused");
            }
            pump();
        }

        private void pump() {
            while (taken < count && taken - outcomes.size() - cancelled < window) {
                pending.addLast(taken++);
            }
            List<CreditLink<Integer>> all = List.copyOf(links.values());
            while (!pending.isEmpty()) {
                int best = 0;
                for (int i = 1; i < all.size(); i++) {
                    best = all.get(i).usable() > all.get(best).usable() ? i : best;
                }
                if (all.get(best).usable() <= 0) {
                    break;
                }
                int element = pending.removeFirst();
                Payload body = Payload.of(new byte[] {(byte) element, (byte) (element >> 8)});
                flights.put(element, new long[] {best, all.get(best).launch(element, body, now)});
            }
            int ahead = isDone() ? 0 : Math.min(4, window);
            links.forEach((node, link) -> {
                link.want(pending.isEmpty() ? ahead * (taken < count ? 1 : 0) : pending.size() + ahead);
                out(node, link.cancel());
                for (Frame.Tasks tasks = link.tasks(now, 8, ENTRY_BYTES, 1 << 16);
                        tasks != null;
                        tasks = link.tasks(now, 8, ENTRY_BYTES, 1 << 16)) {
                    out(node, tasks);
                }
                if (link.isBusy() && now >= link.nextKeep()) {
                    link.keep(now, 1 << 16, 0, frame -> out(node, frame));
                }
            });
            wake();
        }

        private void wake() {
            long next = Long.MAX_VALUE;
            for (CreditLink<Integer> link : links.values()) {
                next = link.isBusy() ? Math.min(next, link.nextKeep()) : next;
            }
            if (next != Long.MAX_VALUE) {
                Runnable[] self = new Runnable[1];
                self[0] = () -> {
                    if (keeper == self[0]) {
                        pump();
                    }
                };
                keeper = self[0];
                after(Math.max(1, next - now), self[0]);
            }
        }

        private void tick() {
            links.values().forEach(CreditLink::tick);
            pump();
            after(Timing.REANNOUNCE, this::tick);
        }

        private void out(String to, Frame.@Nullable ToNode frame) {
            if (frame != null) {
                Node node = nodes.stream()
                        .filter(each -> each.name.equals(to))
                        .findFirst()
                        .orElseThrow();
                send(() -> node.receive(name, frame));
            }
        }

        @Override
        public void outcome(Integer element, ResultStatus status, Payload payload) {
            flights.remove(element);
            if (status == ResultStatus.SUCCESS) {
                byte[] bytes = payload.toBytes();
                require((bytes[0] & 0xff | (bytes[1] & 0xff) << 8) == element, "I4: the result of another element");
                require(outcomes.merge(element, 1, Integer::sum) == 1, "I4: ended twice");
            } else {
                require(
                        status == ResultStatus.RETURNED && CreditLink.isReason(payload, Reason.RESULT_GONE),
                        "an outcome that nobody asked for: " + status);
                pending.addFirst(element);
            }
        }

        @Override
        public void lost(Integer element, boolean mayHaveStarted) {
            flights.remove(element);
            pending.addFirst(element);
        }

        private void check() {
            require(taken - outcomes.size() - cancelled <= window, "I3: more than the window is taken");
            links.values().forEach(link -> require(link.usable() >= 0, "I5: used more than the limit"));
        }

        private void requireEmpty() {
            links.forEach((node, link) -> require(
                    link.inFlight() == 0 && !link.isBusy(),
                    name + " is not done with " + node + ": " + link.inFlight()));
        }
    }
}
