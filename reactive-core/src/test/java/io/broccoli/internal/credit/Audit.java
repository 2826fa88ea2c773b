package io.broccoli.internal.credit;

import io.broccoli.internal.credit.SimElement.Copy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Each second: whether streams that must have ended did, and whether credit is held that nobody can use. */
final class Audit {

    /** Where 30 % of the frames are lost in each way, a repeated CANCEL needs several re-announces. */
    private static final long LEAK_LIMIT = 25 * World.SECOND;

    /** More than two re-announces, since a surplus may come and go between two looks. */
    private static final long SURPLUS_LIMIT = 6 * World.SECOND;

    private final World world;
    private final Map<String, Long> leaks = new HashMap<>();

    Audit(World world) {
        this.world = world;
    }

    List<String> unfinished() {
        return world.producers.stream()
                .filter(producer -> producer.alive)
                .flatMap(producer -> producer.streams.stream())
                .filter(stream -> !stream.isOver())
                .limit(4)
                .map(SimStream::progress)
                .toList();
    }

    void eachSecond() {
        for (SimProducer producer : world.producers) {
            for (SimStream stream : producer.streams) {
                if (producer.alive && !stream.isOver() && world.now >= stream.endsBy) {
                    throw new Broken("I8 starved:", stream.progress());
                }
            }
        }
        for (SimNode node : world.nodes) {
            for (SimProducer producer : world.producers) {
                Account account = node.alive && producer.alive ? node.ledger.account(producer.name) : null;
                if (account != null && world.members.get(producer.name) == producer) {
                    audit(node, producer, account);
                }
            }
        }
        world.after(World.SECOND, this::eachSecond);
    }

    /** What a node counts as unused must be usable at the producer, under way to it, or given back soon. */
    private void audit(SimNode node, SimProducer producer, Account account) {
        SimLink link = producer.link(node.name);
        long held = 0;
        boolean isNear = world.network.delay < World.SECOND; // else there is credit on its way each time
        if (isNear && link != null && link.credit.epoch() == account.linkEpoch && world.network.isWhole()) {
            long kept = Math.min(link.usable(), Math.max(link.credit.want(), 1));
            held = account.unused() - onTheirWay(producer, link, account) - kept;
        }
        String key = node.name + " to " + producer.name + " in " + account.linkEpoch;
        require(held, LEAK_LIMIT, key);
        require(link == null ? 0 : link.usable() - link.credit.want(), SURPLUS_LIMIT, "surplus " + key);
    }

    private void require(long notGivenBack, long atMost, String key) {
        if (notGivenBack <= 0) {
            leaks.remove(key);
        } else if (world.now - leaks.computeIfAbsent(key, none -> world.now) >= atMost) {
            throw new Broken("I11 credit is not given back:", notGivenBack, "of", key);
        }
    }

    private static int onTheirWay(SimProducer producer, SimLink link, Account account) {
        Set<Long> seqs = new HashSet<>();
        for (SimStream stream : producer.streams) {
            for (SimElement element : stream.taken()) {
                for (Copy copy : element.copies) {
                    if (copy.link == link && !account.seen.contains(copy.seq)) {
                        seqs.add(copy.seq);
                    }
                }
            }
        }
        return seqs.size();
    }
}
