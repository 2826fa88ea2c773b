package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * I9: a place goes to the link that has the fewest for its weight, held or promised, among those that want more; however places get free,
 * links are fenced and tasks run on for nobody.
 */
final class FairShares implements CreditLedger.Host {

    private static final int STEPS = 200;

    private final Random random;
    private final int capacity;
    private final CreditLedger ledger;
    private final List<Greedy> producers = new ArrayList<>();
    private final List<HeldTask> held = new ArrayList<>();

    private FairShares(Random random) {
        this.random = random;
        this.capacity = 1 + random.nextInt(random.nextBoolean() ? 12 : 600);
        this.ledger = new CreditLedger(1, capacity, 16, capacity, 1 << 16, Frame.MOST_WEIGHT, this);
    }

    /** It always wants as much as the node has. */
    private static final class Greedy {
        final String name;
        final int weight;
        long used; // in this life
        long life = 1;
        long ctl;
        long limitBefore;

        Greedy(String name, int weight) {
            this.name = name;
            this.weight = weight;
        }
    }

    static void check(World world) {
        new FairShares(world.random).play();
    }

    private void play() {
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Greedy producer = new Greedy("p" + i, random.nextBoolean() ? 1 : 1 + random.nextInt(Frame.MOST_WEIGHT));
            producers.add(producer);
            poll(producer, 0);
        }
        for (Greedy producer : producers) {
            poll(producer, account(producer).linkEpoch);
        }
        int most = 1 + random.nextInt(capacity);
        for (int step = 0; step < STEPS; step++) {
            producers.forEach(producer -> producer.limitBefore = account(producer).limit);
            Greedy some = producers.get(random.nextInt(count));
            if (random.nextBoolean()) {
                use(some, 1 + random.nextInt(most));
            } else if (random.nextInt(10) > 0) {
                finish(1 + random.nextInt(most));
            } else {
                beginAnew(some);
            }
            check();
        }
    }

    private void poll(Greedy from, long epoch) {
        ledger.poll(
                from.name,
                new Frame.Poll(
                        from.life, epoch, ++from.ctl, 2 * capacity, new long[0], List.of(), 1 << 16, 0, from.weight),
                0);
    }

    /** What it was promised is free again; what runs keeps its place. */
    private void beginAnew(Greedy producer) {
        producer.life++;
        producer.used = 0;
        producer.limitBefore = 0;
        poll(producer, 0);
        for (Greedy each : producers) {
            each.limitBefore = account(each).limit;
        }
        poll(producer, account(producer).linkEpoch);
    }

    private Account account(Greedy producer) {
        Account account = ledger.account(producer.name);
        if (account == null) {
            throw new Broken("I9 no link to", producer.name);
        }
        return account;
    }

    private void use(Greedy producer, int most) {
        Account account = account(producer);
        int count = (int) Math.min(most, account.limit - producer.used);
        if (count > 0) {
            List<@Nullable Payload> bodies = new ArrayList<>(Collections.nCopies(count, Payload.EMPTY));
            ledger.tasks(
                    producer.name,
                    new Frame.Tasks(
                            producer.life,
                            account.linkEpoch,
                            ++producer.ctl,
                            2 * capacity,
                            producer.used + 1,
                            1,
                            bodies),
                    0);
            producer.used += count;
        }
    }

    private void finish(int most) {
        for (int i = 0; i < most && !held.isEmpty(); i++) {
            HeldTask task = held.remove(random.nextInt(held.size()));
            ledger.finished(task, ResultStatus.SUCCESS, Payload.EMPTY);
            ledger.results(task.account(), capacity, 8, 1 << 16, 1 << 20);
        }
        ledger.deal();
    }

    private void check() {
        for (Greedy dealt : producers) {
            if (account(dealt).limit > dealt.limitBefore) {
                for (Greedy other : producers) {
                    check(dealt, other);
                }
            }
        }
        int places = held.size() + (int) ledger.unused();
        int loads = 0;
        for (Greedy producer : producers) {
            loads += load(producer);
            if (places < capacity && account(producer).unused() < capacity) {
                throw new Broken("I9 places are free that", producer.name, "wants");
            }
        }
        if (loads != places || ledger.held() != held.size()) {
            throw new Broken("I9 counted", loads, "places, and there are", places);
        }
    }

    /** Before its last place it had no more than the other. */
    private void check(Greedy dealt, Greedy other) {
        boolean wantsMore = account(other).unused() < capacity;
        if (wantsMore && (load(dealt) - 1) * other.weight > load(other) * dealt.weight) {
            throw new Broken(
                    "I9 one of weight", dealt.weight, "has", load(dealt), "and one of", other.weight, load(other));
        }
    }

    private long load(Greedy producer) {
        return account(producer).load();
    }

    @Override
    public void send(Account account, Frame.ToProducer frame) {}

    @Override
    public void refuse(String producer, Frame.Nack nack) {}

    @Override
    public HeldTask accept(Account account, long seq, long id, Payload body) {
        HeldTask task = new HeldTask(account, seq, id, body);
        held.add(task);
        return task;
    }

    @Override
    public boolean withdraw(HeldTask task, boolean stop) {
        return false;
    }

    @Override
    public void answersReady(Account account) {}

    @Override
    public void grantSoon() {}
}
