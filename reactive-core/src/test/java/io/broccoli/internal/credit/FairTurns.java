package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** I9: of links that want more than they have, none is dealt more than a turn more than another, by weight, however places get free. */
final class FairTurns implements CreditLedger.Host {

    private static final int STEPS = 200;

    private final Random random;
    private final int capacity;
    private final CreditLedger ledger;
    private final List<Greedy> producers = new ArrayList<>();
    private final List<HeldTask> held = new ArrayList<>();

    private FairTurns(Random random) {
        this.random = random;
        this.capacity = 1 + random.nextInt(random.nextBoolean() ? 12 : 600);
        this.ledger = new CreditLedger(1, capacity, 16, capacity, 1 << 16, this);
    }

    /** It always wants as much as the node has. */
    private static final class Greedy {
        final String name;
        final int weight;
        long used;
        long dealtBefore; // when it last had all it could have

        Greedy(String name, int weight) {
            this.name = name;
            this.weight = weight;
        }
    }

    static void check(World world) {
        new FairTurns(world.random).play();
    }

    private void play() {
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Greedy producer = new Greedy("p" + i, random.nextBoolean() ? 1 : 1 + random.nextInt(Frame.MOST_WEIGHT));
            producers.add(producer);
            poll(producer, 0, 1);
        }
        for (Greedy producer : producers) {
            poll(producer, account(producer).linkEpoch, 2);
        }
        restart();
        int most = 1 + random.nextInt(capacity);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextBoolean()) {
                use(producers.get(random.nextInt(count)), 1 + random.nextInt(most));
            } else {
                finish(1 + random.nextInt(most));
            }
            check();
        }
    }

    private void poll(Greedy from, long epoch, long ctl) {
        ledger.poll(
                from.name,
                new Frame.Poll(1, epoch, ctl, 2 * capacity, new long[0], List.of(), 1 << 16, 0, from.weight),
                0);
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
                    new Frame.Tasks(1, account.linkEpoch, 3, 2 * capacity, producer.used + 1, 1, bodies),
                    0);
            producer.used += count;
        }
    }

    private void finish(int most) {
        for (int i = 0; i < most && !held.isEmpty(); i++) {
            HeldTask task = held.remove(random.nextInt(held.size()));
            ledger.finished(task, ResultStatus.SUCCESS, Payload.EMPTY);
            ledger.results(task.account(), capacity, 8, 1 << 16);
        }
        ledger.deal();
    }

    private void check() {
        double least = Double.MAX_VALUE;
        double greatest = 0;
        for (Greedy producer : producers) {
            Account account = account(producer);
            if (account.unused() >= capacity) {
                restart(); // it wants no more than it has
                return;
            }
            double turns = (account.limit - producer.dealtBefore)
                    / (double) (producer.weight * CreditDealer.quantum(capacity));
            least = Math.min(least, turns);
            greatest = Math.max(greatest, turns);
        }
        if (greatest - least > 1) {
            throw new Broken("I9 one had", greatest, "turns, another", least, "at", capacity);
        }
    }

    private void restart() {
        producers.forEach(producer -> producer.dealtBefore = account(producer).limit);
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
