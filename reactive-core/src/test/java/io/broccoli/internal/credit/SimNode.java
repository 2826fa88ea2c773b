package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import io.broccoli.internal.base.Deadline;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node: a real ledger, a queue and workers. Keeps in mind what no real node knows, to find out what must not happen. */
final class SimNode extends Member implements CreditLedger.Host {

    private static final long PUBLISH = 4 * World.MILLI;
    private static final long MOST_UNTOLD = CreditLedger.GRANT_PAUSE + 10 * World.MILLI;
    private static final long STATUS_PAUSE = 5 * World.SECOND;

    int queuePlaces = 4;
    int workers = 2;
    int ring = 16;
    int ringBytes = 400;
    int maxLinks = 64;
    long service = 100 * World.MILLI;

    @Nullable Claim claim; // that is kept here

    final Set<String> diligent = new HashSet<>(); // producers that are never fenced for unused credit
    long mostFences = Long.MAX_VALUE;

    CreditLedger ledger = new CreditLedger(0, 1, 1, 1, 1, 1, this);
    MemberState state = MemberState.ACTIVE;
    private final ArrayDeque<SimTask> queue = new ArrayDeque<>();
    private final Set<SimTask> running = new LinkedHashSet<>();
    private final Set<Account> ready = new LinkedHashSet<>();
    private final Map<Account, SeqSet> voidsHeard = new IdentityHashMap<>(); // of this life
    private final Map<Account, Frame.ToNode> newestHeard = new IdentityHashMap<>(); // in the order of sending
    private final Map<Account, Long> limitsAtDrain = new IdentityHashMap<>();
    private final Map<Account, Long> untoldSince = new IdentityHashMap<>();
    private final Map<String, Long> lastEpoch = new HashMap<>();

    SimNode(World world, String name) {
        super(world, name);
        world.nodes.add(this);
        life = 0;
        alive = false;
        world.after(0, this::start);
    }

    private static final class SimTask extends HeldTask {
        final SimBody work;
        boolean cancelHeard;

        SimTask(Account account, long seq, long id, Payload body) {
            super(account, seq, id, body);
            work = SimBody.decode(body);
        }
    }

    // ---- options

    SimNode places(int newQueue, int newWorkers) {
        queuePlaces = newQueue;
        workers = newWorkers;
        return this;
    }

    SimNode ring(int entries, int bytes) {
        ring = entries;
        ringBytes = bytes;
        return this;
    }

    SimNode service(long millis) {
        service = millis * World.MILLI;
        return this;
    }

    SimNode maxLinks(int most) {
        maxLinks = most;
        return this;
    }

    int capacity() {
        return queuePlaces + workers;
    }

    // ---- life

    private void start() {
        life++;
        alive = true;
        state = MemberState.ACTIVE;
        queue.clear();
        running.clear();
        ready.clear();
        voidsHeard.clear();
        newestHeard.clear();
        limitsAtDrain.clear();
        untoldSince.clear();
        ledger = new CreditLedger(life, capacity(), maxLinks, ring, ringBytes, Frame.MOST_WEIGHT, this);
        timer((long) (world.random.nextDouble() * Timing.REANNOUNCE), this::beat);
        timer(World.MILLI, this::announceStatus);
    }

    void crash(long downFor) {
        if (alive) {
            world.trace(name + " CRASHES");
            alive = false;
            world.after(downFor, this::start);
        }
    }

    void drain() {
        state = MemberState.DRAINING;
        for (Member member : world.members.values()) {
            Account account = ledger.account(member.name);
            if (account != null) {
                limitsAtDrain.put(account, account.limit);
            }
        }
        ledger.drain();
        settle();
        sendStatus(state);
    }

    private void announceStatus() {
        sendStatus(state);
        timer(STATUS_PAUSE, this::announceStatus);
    }

    /** Tells all producers; GONE is what a broker says when it believes this node to be dead. */
    void sendStatus(MemberState announced) {
        Frame.Status status = new Frame.Status(
                name, life, announced, queuePlaces, workers, 0, 1 << 16, 1 << 16, 0, Site.UNKNOWN, List.of());
        world.producers.forEach(producer -> world.network.send(name, producer.name, status));
    }

    private void beat() {
        long before = ledger.fences();
        Map<String, Account> links = new HashMap<>();
        for (String producer : diligent) {
            Account account = ledger.account(producer);
            if (account != null && !Deadline.isOver(account.silentAt, world.clock())) {
                links.put(producer, account);
            }
        }
        ledger.beat(world.clock());
        if (ledger.fences() > before) {
            links.forEach(this::requireKept);
        }
        settle();
        timer(Timing.REANNOUNCE, this::beat);
    }

    private void requireKept(String producer, Account account) {
        if (ledger.account(producer) != account) {
            throw new Broken("FENCED", producer, "was fenced, though it gives back what it does not use");
        }
    }

    // ---- frames

    @Override
    void receive(String from, Frame frame) {
        if (frame instanceof Frame.ToNode any) {
            receive(from, any);
            note(from, any);
        }
        settle();
    }

    private void receive(String from, Frame.ToNode frame) {
        if (frame instanceof Frame.Poll poll) {
            ledger.poll(from, poll, world.clock());
        } else if (frame instanceof Frame.Tasks tasks) {
            ledger.tasks(from, tasks, world.clock());
        } else if (frame instanceof Frame.Cancel cancel) {
            noteVoids(from, cancel);
            ledger.cancel(from, cancel, world.clock());
        }
    }

    private void note(String from, Frame.ToNode frame) {
        Account account = ledger.account(from);
        Integer order = world.sent.get(frame);
        if (account != null && order != null && account.producerEpoch == frame.producerEpoch()) {
            Frame.ToNode before = newestHeard.get(account);
            if (before == null || world.sent.getOrDefault(before, -1) < order) {
                newestHeard.put(account, frame);
            }
        }
    }

    private void noteVoids(String from, Frame.Cancel cancel) {
        Account account = ledger.account(from);
        if (account == null
                || account.linkEpoch != cancel.linkEpoch()
                || account.producerEpoch != cancel.producerEpoch()) {
            return;
        }
        SeqSet voids = voidsHeard.computeIfAbsent(account, link -> new SeqSet());
        SeqRanges ranges = cancel.ranges();
        for (long seq = 1; seq <= account.limit; seq++) {
            if (ranges.contains(seq)) {
                voids.add(seq);
            }
        }
        queue.forEach(task -> task.cancelHeard |= task.account() == account && voids.contains(task.seq()));
    }

    @Override
    public void send(Account account, Frame.ToProducer frame) {
        if (frame instanceof Frame.Grant grant) {
            long last = lastEpoch.merge(account.producer(), grant.linkEpoch(), Math::max);
            if (last != grant.linkEpoch()) {
                throw new Broken("I7 the link epoch fell from", last, "to", grant.linkEpoch());
            }
        }
        world.network.send(name, account.producer(), frame);
    }

    @Override
    public void refuse(String producer, Frame.Nack nack) {
        world.network.send(name, producer, nack);
    }

    @Override
    public void answersReady(Account account) {
        ready.add(account);
    }

    @Override
    public void grantSoon() {
        CreditLedger mine = ledger;
        timer(CreditLedger.GRANT_PAUSE, mine::grantRises);
    }

    /** Lets workers begin, and sends answers: one frame at a time, so that what gathers meanwhile goes out in the next. */
    private void settle() {
        while (!queue.isEmpty() && running.size() < workers) {
            begin(queue.removeFirst());
        }
        if (!ready.isEmpty()) {
            List<Account> now = List.copyOf(ready);
            ready.clear();
            now.forEach(this::flush);
        }
    }

    private void flush(Account account) {
        World.Limits limits = world.limits;
        while (!account.isSending(world.clock())) {
            Frame.Results results = ledger.results(account, limits.entries, 8, limits.bytes, Integer.MAX_VALUE);
            if (results == null) {
                return;
            }
            world.network.send(name, account.producer(), results);
            if (limits.batched) {
                account.sending(world.clock());
                timer(PUBLISH, () -> {
                    account.sent();
                    flush(account);
                });
            }
        }
    }

    // ---- work

    @Override
    public HeldTask accept(Account account, long seq, long id, Payload body) {
        SimTask task = new SimTask(account, seq, id, body);
        SeqSet voids = voidsHeard.get(account);
        task.cancelHeard = voids != null && voids.contains(seq);
        if (task.work.element() >= 0) {
            world.elements.get(task.work.element()).accepted(id);
        }
        queue.addLast(task);
        if (claim != null) {
            claim.used(account);
        }
        return task;
    }

    private void begin(SimTask task) {
        if (task.cancelHeard) {
            throw new Broken("I12 started after its CANCEL was heard:", task, "at", name);
        }
        if (task.isFenced() || state == MemberState.DRAINING) {
            throw new Broken(task.isFenced() ? "FENCED" : "DRAIN", task, "of", task.account().linkEpoch, "started");
        }
        if (task.work.element() >= 0) {
            world.elements.get(task.work.element()).started();
        }
        running.add(task);
        long straggles = world.random.nextDouble() < 0.03 ? 8 : 1;
        timer(world.exponential(service) * straggles, () -> end(task));
    }

    private void end(SimTask task) {
        if (running.remove(task)) {
            ResultStatus status = task.work.failsNow() ? ResultStatus.FAILURE : ResultStatus.SUCCESS;
            ledger.finished(task, status, status == ResultStatus.SUCCESS ? task.body() : Payload.EMPTY);
            ledger.deal();
            settle();
        }
    }

    @Override
    public boolean withdraw(HeldTask task, boolean stop) {
        if (task instanceof SimTask mine && !running.contains(mine)) {
            queue.remove(mine);
            return true;
        }
        if (stop && world.random.nextBoolean()) { // the others do not react, and keep their place until they return
            timer(World.MILLI, () -> end((SimTask) task));
        }
        return false;
    }

    // ---- invariants

    @Override
    void check() {
        if (!alive) {
            return;
        }
        int held = queue.size() + running.size();
        if (held != ledger.held()) {
            throw new Broken("I1", name, "holds", held, "but counts", ledger.held());
        }
        if (ledger.free() < 0) {
            throw new Broken("I1", name, "holds", held, "and gave", ledger.unused(), "of", capacity());
        }
        if (ledger.remembered() > ring || ledger.rememberedBytes() > ringBytes) {
            throw new Broken("I2 ring", ledger.remembered(), ledger.rememberedBytes());
        }
        long unused = 0;
        long limits = 0;
        int links = 0;
        for (Member member : world.members.values()) {
            Account account = member == this ? null : ledger.account(member.name);
            if (account != null) {
                links++;
                unused += account.unused();
                limits += account.limit;
                check(account);
            }
        }
        if (unused != ledger.unused() || links != ledger.links() || links > maxLinks) {
            throw new Broken(
                    "I2", links, "links of", ledger.links(), "have", unused, "unused, counted", ledger.unused());
        }
        if (claim != null) {
            claim.check(this, limits);
        }
    }

    private int heldBy(String producer) {
        int held = 0;
        for (SimTask task : queue) {
            held += task.producer().equals(producer) ? 1 : 0;
        }
        for (SimTask task : running) {
            held += task.producer().equals(producer) ? 1 : 0;
        }
        return held;
    }

    private void check(Account account) {
        if (account.unused() < 0) {
            throw new Broken("I1 seen beyond the limit:", account.unused(), "of", account.producer());
        }
        if (account.load() - account.unused() != heldBy(account.producer())) {
            throw new Broken("I9", account.producer(), "holds", heldBy(account.producer()), "not", account.load());
        }
        if (state == MemberState.DRAINING && account.limit > limitsAtDrain.getOrDefault(account, 0L)) {
            throw new Broken("DRAIN a draining node dealt credit to", account.producer());
        }
        boolean untold = account.limit > account.announced && account.announcedUnused() <= 0 && !account.hasAnswers();
        if (!untold) {
            untoldSince.remove(account);
        } else if (world.now - untoldSince.computeIfAbsent(account, none -> world.now) > MOST_UNTOLD) {
            throw new Broken("RISE", account.producer(), "was not told that it may send again");
        }
        if (account.announced > account.limit || account.answers.size() > Answers.MAX_ANSWERS + capacity()) {
            throw new Broken("I2 answers", account.answers.size());
        }
        Frame.ToNode newest = newestHeard.get(account);
        // A frame that does not know the epoch may be numbered by another life of the link, and lose for that.
        if (newest != null && newest.linkEpoch() == account.linkEpoch && newest.want() != account.want) {
            throw new Broken("I6 want is", account.want, "after", newest, "to", name);
        }
    }

    @Override
    void checkEmpty() {
        if (claim != null) {
            claim.checkDealt(this);
        }
        if (ledger.fences() > mostFences) {
            throw new Broken("FENCED", ledger.fences(), "times, and not more than", mostFences);
        }
        if (ledger.held() > 0 || ledger.links() > 0 || ledger.unused() != 0 || ledger.remembered() > 0) {
            throw new Broken(
                    "EMPTY",
                    name,
                    "holds",
                    ledger.held(),
                    "links",
                    ledger.links(),
                    "unused",
                    ledger.unused(),
                    "remembers",
                    ledger.remembered());
        }
    }
}
