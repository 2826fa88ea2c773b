package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** I6: within an epoch, frames in any order, and repeated, lead to the same state. */
final class AnyOrder {

    private static final int SEQS = 12;
    private static final int ORDERS = 6;
    private static final long EPOCH = (1L << Timing.EPOCH_BITS) + 1; // the first of the first life

    private AnyOrder() {}

    static void check(World world) {
        Random random = world.random;
        List<Frame.ToNode> toNode = toNode(random);
        List<Frame.ToProducer> toProducer = toProducer(random);
        String ledger = stateOfLedger(toNode);
        String link = stateOfLink(toProducer);
        for (int i = 0; i < ORDERS; i++) {
            same(ledger, stateOfLedger(shuffled(toNode, random)));
            same(link, stateOfLink(shuffled(toProducer, random)));
        }
    }

    private static void same(String inOrder, String shuffled) {
        if (!inOrder.equals(shuffled)) {
            throw new Broken("I6 in order:", inOrder, "but shuffled:", shuffled);
        }
    }

    private static <T> List<T> shuffled(List<T> frames, Random random) {
        List<T> all = new ArrayList<>(frames);
        frames.forEach(frame -> {
            if (random.nextBoolean()) {
                all.add(frame);
            }
        });
        Collections.shuffle(all, random);
        return all;
    }

    // ---- a node

    private static List<Frame.ToNode> toNode(Random random) {
        List<Frame.ToNode> frames = new ArrayList<>();
        for (long ctl = 3; ctl < 12; ctl++) {
            int want = random.nextInt(2 * SEQS);
            long first = 1L + random.nextInt(SEQS);
            switch (random.nextInt(3)) {
                case 0 -> frames.add(new Frame.Poll(1, EPOCH, ctl, want, new long[] {first}, List.of(), 1024, 0, 1));
                case 1 -> frames.add(new Frame.Cancel(1, EPOCH, ctl, want, new SeqRanges(0, first, first)));
                default ->
                    frames.add(new Frame.Tasks(1, EPOCH, ctl, want, first, first, List.of(SimBody.JUNK.encode())));
            }
        }
        return frames;
    }

    private static String stateOfLedger(List<Frame.ToNode> frames) {
        QuietHost host = new QuietHost();
        CreditLedger ledger = new CreditLedger(1, SEQS, 4, 4 * SEQS, 1 << 16, Frame.MOST_WEIGHT, host);
        ledger.poll("p", new Frame.Poll(1, 0, 1, SEQS, new long[0], List.of(), 1024, 0, 1), 0);
        ledger.poll(
                "p", new Frame.Poll(1, EPOCH, 2, SEQS, new long[0], List.of(), 1024, 0, 1), 0); // all credit is given
        for (Frame.ToNode frame : frames) {
            if (frame instanceof Frame.Poll poll) {
                ledger.poll("p", poll, 0);
            } else if (frame instanceof Frame.Tasks tasks) {
                ledger.tasks("p", tasks, 0);
            } else if (frame instanceof Frame.Cancel cancel) {
                ledger.cancel("p", cancel, 0);
            }
        }
        Account account = ledger.account("p");
        return account == null
                ? "no link"
                : "ctl " + account.ctl + " want " + account.want + " seen " + account.seen.snapshot() + " held "
                        + ledger.held() + " queued " + host.queue.keySet() + " refused " + ledger.refused();
    }

    /** A node whose tasks never begin. */
    private static final class QuietHost implements CreditLedger.Host {
        final Map<Long, HeldTask> queue = new TreeMap<>();

        @Override
        public void send(Account account, Frame.ToProducer frame) {}

        @Override
        public void refuse(String producer, Frame.Nack nack) {}

        @Override
        public HeldTask accept(Account account, long seq, long id, Payload body) {
            HeldTask task = new HeldTask(account, seq, id, body);
            queue.put(seq, task);
            return task;
        }

        @Override
        public boolean withdraw(HeldTask task, boolean stop) {
            return queue.remove(task.seq()) != null;
        }

        @Override
        public void answersReady(Account account) {}

        @Override
        public void grantSoon() {}
    }

    // ---- a producer

    private static List<Frame.ToProducer> toProducer(Random random) {
        List<Frame.ToProducer> frames = new ArrayList<>();
        for (int i = 1; i < 8; i++) {
            long limit = (long) SEQS + i;
            long ctl = 1L + i;
            if (random.nextBoolean()) {
                frames.add(new Frame.Grant(1, EPOCH, ctl, limit, new SeqRanges(Math.min(SEQS, i)), 0));
            } else {
                Result result = new Result(1 + random.nextInt(SEQS), ResultStatus.SUCCESS, Payload.EMPTY);
                frames.add(new Frame.Results(1, EPOCH, ctl, limit, 0, List.of(result)));
            }
        }
        return frames;
    }

    private static String stateOfLink(List<Frame.ToProducer> frames) {
        Map<Integer, Integer> outcomes = new TreeMap<>();
        CreditLink<Integer> link = new CreditLink<>(1, IdBlocks.above(0), new LinkEvents<>() {
            @Override
            public void outcome(Integer element, ResultStatus status, Payload payload) {
                outcomes.merge(element, 1, Integer::sum);
            }

            @Override
            public void lost(Integer element, boolean mayHaveStarted) {
                outcomes.put(element, -1);
            }
        });
        link.want(SEQS);
        link.grant(new Frame.Grant(1, EPOCH, 0, SEQS, SeqRanges.NONE, 0), 0);
        for (int element = 0; element < SEQS; element++) {
            link.launch(element, SimBody.JUNK.encode(), null, 0);
        }
        Frame.Tasks tasks = link.tasks(0, SEQS, 8, 1 << 16);
        for (Frame.ToProducer frame : frames) {
            if (frame instanceof Frame.Grant grant) {
                link.grant(grant, World.SECOND);
            } else if (frame instanceof Frame.Results results) {
                link.results(results, World.SECOND);
            }
        }
        return (tasks == null ? "nothing sent" : "sent " + tasks.bodies().size()) + " usable " + link.usable()
                + " in flight " + link.inFlight() + " epoch " + link.epoch() + " outcomes " + outcomes;
    }
}
