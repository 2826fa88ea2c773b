package io.broccoli.internal.credit;

import io.broccoli.frame.Frame.MemberState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What can befall a few nodes and producers. Item streams are in the worlds of whole members. */
final class Scenarios {

    private static final Map<String, Consumer<World>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("calm", world -> standard(world, 3, 3));
        ALL.put("orderly", Scenarios::orderly);
        ALL.put("anyOrder", AnyOrder::check);
        ALL.put("fairShares", FairShares::check);
        ALL.put("lossy", Scenarios::lossy);
        ALL.put("reordered", Scenarios::reordered);
        ALL.put("slowAndReordered", Scenarios::slowAndReordered);
        ALL.put("lateFrames", Scenarios::lateFrames);
        ALL.put("unbatched", Scenarios::unbatched);
        ALL.put("smallFrames", Scenarios::smallFrames);
        ALL.put("nodeCrashes", Scenarios::nodeCrashes);
        ALL.put("oneWayPartitions", Scenarios::oneWayPartitions);
        ALL.put("deafProducers", Scenarios::deafProducers);
        ALL.put("muteProducers", Scenarios::muteProducers);
        ALL.put("restartedProducers", Scenarios::restartedProducers);
        ALL.put("olderEpoch", Scenarios::olderEpoch);
        ALL.put("crowded", Scenarios::crowded);
        ALL.put("cheater", Scenarios::cheater);
        ALL.put("liar", Scenarios::liar);
        ALL.put("brokerOutage", Scenarios::brokerOutage);
        ALL.put("falselyGone", Scenarios::falselyGone);
        ALL.put("forgottenLinks", Scenarios::forgottenLinks);
        ALL.put("orderedRetries", Scenarios::orderedRetries);
        ALL.put("cancelledStreams", Scenarios::cancelledStreams);
        ALL.put("atMostOnce", Scenarios::atMostOnce);
        ALL.put("hedged", Scenarios::hedged);
        ALL.put("draining", Scenarios::draining);
        ALL.put("smallRing", Scenarios::smallRing);
        ALL.put("lazySources", Scenarios::lazySources);
        ALL.put("givenBack", Scenarios::givenBack);
        ALL.put("sharedLinks", Scenarios::sharedLinks);
        ALL.put("hoarders", Scenarios::hoarders);
        ALL.put("slowSources", Scenarios::slowSources);
        ALL.put("farAway", Scenarios::farAway);
        ALL.put("everything", Scenarios::everything);
    }

    private Scenarios() {}

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * Plays one world.
     *
     * @return what broke, or nothing
     */
    static String play(String scenario, long seed, boolean tracing) {
        Consumer<World> builder = ALL.get(scenario);
        if (builder == null) {
            throw new IllegalArgumentException("There is no scenario " + scenario + " but " + ALL.keySet());
        }
        World world = new World(seed, tracing);
        try {
            builder.accept(world);
            world.run();
            return "";
        } catch (Broken | RuntimeException broken) {
            StackTraceElement[] stack = broken.getStackTrace();
            String where = broken instanceof Broken || stack.length == 0 ? "" : " at " + stack[0];
            return scenario + ", seed " + seed + ", at " + world.now / World.MILLI + " ms: "
                    + (broken instanceof Broken ? broken.getMessage() : broken.toString()) + where
                    + "\n  replay: mvn test -pl reactive-core -am -Dtest=CreditProtocolTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dbroccoli.scenario=" + scenario + " -Dbroccoli.seed="
                    + seed;
        }
    }

    /** Plays worlds one after another until one breaks. */
    static String play(String scenario, long firstSeed, int worlds) {
        for (long seed = firstSeed; seed < firstSeed + worlds; seed++) {
            String broken = play(scenario, seed, false);
            if (!broken.isEmpty()) {
                return broken;
            }
        }
        return "";
    }

    // ---- parts

    private static List<SimNode> nodes(World world, int count) {
        List<SimNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new SimNode(world, "n" + i).service(50L * (1 + i)));
        }
        return nodes;
    }

    private static List<SimStream> standard(World world, int nodes, int producers) {
        List<SimNode> all = nodes(world, nodes);
        List<SimStream> streams = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            streams.add(new SimStream(new SimProducer(world, "p" + i, all), "s"));
        }
        return streams;
    }

    private static void lose(World world, double loss, double repeat) {
        world.network.loss = loss;
        world.network.repeat = repeat;
    }

    private static void crashes(World world, int times, double within, double downFrom, double downTo) {
        for (int i = 0; i < times; i++) {
            world.after(
                    world.between(0.5, within), () -> world.any(world.nodes).crash(world.between(downFrom, downTo)));
        }
    }

    private static long seconds(double seconds) {
        return (long) (seconds * World.SECOND);
    }

    // ---- scenarios

    /** Nothing is lost and nothing overtakes: then nothing is sent twice. */
    private static void orderly(World world) {
        world.network.orderly = true;
        world.network.delay = world.between(0.001, 0.3);
        standard(world, 3, 3);
    }

    private static void lossy(World world) {
        lose(world, 0.3, 0.3);
        standard(world, 3, 3);
    }

    private static void reordered(World world) {
        lose(world, 0.05, 0.3);
        world.network.delay = 400 * World.MILLI;
        standard(world, 3, 3).forEach(stream -> stream.ordered().window(6));
    }

    /** A frame takes anything from a millisecond to two seconds. */
    private static void slowAndReordered(World world) {
        lose(world, 0.02, 0.2);
        world.network.spread = seconds(2);
        List<SimStream> streams = standard(world, 2, 3);
        streams.forEach(stream -> stream.count(30));
        new SimStream(streams.get(0).producer, "once").count(15).atMostOnce();
        new SimStream(streams.get(1).producer, "cut").count(SimStream.ENDLESS).cancelledAt(world.between(2, 12));
    }

    /** Frames of epochs long gone arrive after nodes were restarted and links given up. */
    private static void lateFrames(World world) {
        lose(world, 0.1, 0.3);
        world.network.late = 0.08;
        List<SimStream> streams = standard(world, 3, 3);
        streams.forEach(stream -> stream.count(60));
        new SimStream(streams.get(0).producer, "once").atMostOnce();
        crashes(world, 6, 10, 0.1, 1);
        world.network.block("n0", "p1", seconds(2), seconds(12));
    }

    private static void unbatched(World world) {
        lose(world, 0.1, 0.1);
        world.limits.batched = false;
        standard(world, 3, 3);
    }

    private static void smallFrames(World world) {
        lose(world, 0.15, 0.15);
        world.limits.entries = 3;
        world.limits.bytes = 40;
        world.limits.ranges = 2;
        List<SimNode> nodes = List.of(
                new SimNode(world, "n0").places(12, 4).ring(64, 4000),
                new SimNode(world, "n1").places(1, 1).ring(64, 4000));
        for (int i = 0; i < 2; i++) {
            SimProducer producer = new SimProducer(world, "p" + i, nodes);
            new SimStream(producer, "s").window(24).burst(24).count(60);
            new SimStream(producer, "cut").window(24).count(SimStream.ENDLESS).cancelledAt(world.between(1, 4));
            new SimStream(producer, "left").window(24).leavesAfter(9);
        }
    }

    private static void nodeCrashes(World world) {
        lose(world, 0.1, 0.1);
        standard(world, 3, 3).forEach(stream -> stream.count(80).ordered());
        crashes(world, 6, 15, 0.3, 12);
    }

    private static void oneWayPartitions(World world) {
        lose(world, 0.05, 0);
        standard(world, 3, 3).forEach(stream -> stream.count(80));
        for (int i = 0; i < 5; i++) {
            String node = world.any(world.nodes).name;
            String producer = world.any(world.producers).name;
            long start = world.between(0.3, 10);
            int ways = 1 + world.random.nextInt(3);
            if ((ways & 1) != 0) {
                world.network.block(node, producer, start, start + world.between(1, 25));
            }
            if ((ways & 2) != 0) {
                world.network.block(producer, node, start, start + world.between(1, 25));
            }
        }
    }

    /** More deaf producers than the node has places, some from the start, some while they hold credit. */
    private static void deafProducers(World world) {
        List<SimNode> node = List.of(new SimNode(world, "n0").places(2, 1));
        for (int i = 0; i < 6; i++) {
            new SimStream(new SimProducer(world, "deaf" + i, node), "s")
                    .count(12)
                    .window(12);
            world.network.block("n0", "deaf" + i, i % 2 == 1 ? 0 : world.between(0.1, 1.5), seconds(150));
        }
        new SimStream(new SimProducer(world, "p", node), "s")
                .count(20)
                .starts(1)
                .endsBy(60);
        world.horizon = seconds(300);
    }

    /** Their frames stop once they have credit and tasks in the queue. */
    private static void muteProducers(World world) {
        List<SimNode> node = List.of(new SimNode(world, "n0").places(3, 1));
        for (int i = 0; i < 2; i++) {
            new SimStream(new SimProducer(world, "mute" + i, node), "s").count(12);
            world.network.block("mute" + i, "n0", seconds(0.4), seconds(80));
        }
        new SimStream(new SimProducer(world, "p", node), "s")
                .count(30)
                .starts(1)
                .endsBy(40);
        world.horizon = seconds(300);
    }

    private static void restartedProducers(World world) {
        lose(world, 0.1, 0);
        List<SimStream> streams = standard(world, 3, 4);
        streams.forEach(stream -> stream.count(60));
        world.after(world.between(0.5, 4), streams.get(0).producer::die);
        world.after(seconds(2), streams.get(1).producer::die);
        world.after(
                seconds(2) + world.between(0.01, 3),
                () -> new SimStream(new SimProducer(world, "p1", world.nodes, 2), "again").count(30));
    }

    /** A producer comes back with an older epoch, and learns so. (A start must never use one twice.) */
    private static void olderEpoch(World world) {
        lose(world, 0, 0.2);
        List<SimStream> streams = standard(world, 3, 2);
        streams.forEach(stream -> stream.count(200));
        world.nodes.forEach(node -> node.service(20)); // no task takes as long as the limit below
        world.after(seconds(1.5), streams.get(1).producer::die);
        world.after(seconds(1.6), () -> new SimStream(new SimProducer(world, "p1", world.nodes, 0), "again")
                .count(15)
                .endsBy(9));
    }

    /** More producers than a node keeps links. */
    private static void crowded(World world) {
        lose(world, 0.1, 0);
        List<SimNode> nodes = nodes(world, 2);
        nodes.forEach(node -> node.maxLinks(2));
        for (int i = 0; i < 5; i++) {
            new SimStream(new SimProducer(world, "p" + i, nodes), "s").count(15);
        }
    }

    private static void cheater(World world) {
        lose(world, 0.1, 0);
        standard(world, 3, 2);
        new Cheater(world, "cheat", world.nodes, 20);
        new Hoarder(world, "hoarder", world.nodes, world.any(List.of(Hoarder.Way.values())));
    }

    private static void liar(World world) {
        lose(world, 0.05, 0.1);
        Liar liar = new Liar(world, "liar", 8);
        List<SimNode> nodes = nodes(world, 2);
        for (int i = 0; i < 3; i++) {
            SimProducer producer = new SimProducer(world, "p" + i, nodes).alsoAsks(liar.name);
            new SimStream(producer, "s").count(30);
            new SimStream(producer, "cut").count(SimStream.ENDLESS).cancelledAt(world.between(1, 6));
        }
    }

    private static void brokerOutage(World world) {
        standard(world, 3, 3).forEach(stream -> stream.count(60));
        world.network.outage(seconds(1), seconds(4));
        world.network.outage(seconds(6), seconds(6) + world.between(5, 20));
    }

    /** The broker says that a node is gone, though it lives; it comes back soon, or when it has forgotten its links. */
    private static void falselyGone(World world) {
        lose(world, 0.05, 0.1);
        world.network.late = world.random.nextBoolean() ? 0.05 : 0;
        standard(world, 2, 3).forEach(stream -> stream.count(80));
        for (int i = 0; i < 4; i++) {
            SimNode node = world.any(world.nodes);
            long at = world.between(0.2, 12);
            world.after(at, () -> node.sendStatus(MemberState.GONE));
            if (world.random.nextBoolean()) {
                world.network.block(node.name, "p" + i % 3, at, at + world.between(1, 25));
            }
        }
    }

    /** Links are forgotten and made anew, while frames of the old ones still lie about and keep it alive at the node. */
    private static void forgottenLinks(World world) {
        world.network.late = 0.3;
        lose(world, 0, 0.3);
        List<SimStream> streams = standard(world, 1, 2);
        SimNode node = world.nodes.get(0).places(2, 2);
        streams.forEach(stream -> stream.count(60).leavesAfter(world.random.nextBoolean() ? 10 : 60));
        for (int i = 0; i < 2; i++) {
            String producer = "p" + i;
            long at = world.between(0.05, 2);
            world.after(at, () -> node.sendStatus(MemberState.GONE));
            world.network.block("n0", producer, at + world.between(0.1, 3), at + world.between(16, 24));
            new SimStream(streams.get(i).producer, "later").starts(10).count(20);
        }
    }

    /** W is full of unread results while the first element backs off. */
    private static void orderedRetries(World world) {
        lose(world, 0.05, 0);
        standard(world, 3, 3).forEach(stream -> stream.ordered().failing(0.4).window(4));
    }

    private static void cancelledStreams(World world) {
        lose(world, 0.2, 0.2);
        for (SimStream stream : standard(world, 3, 2)) {
            SimProducer producer = stream.producer;
            new SimStream(producer, "forever")
                    .count(SimStream.ENDLESS)
                    .window(16)
                    .burst(30)
                    .cancelledAt(world.between(0.5, 3));
            new SimStream(producer, "left").window(16).leavesAfter(1 + world.random.nextInt(20));
            new SimStream(producer, "later").count(15).starts(3);
        }
    }

    private static void atMostOnce(World world) {
        lose(world, 0.15, 0.15);
        standard(world, 3, 3).forEach(stream -> stream.atMostOnce().count(60));
        crashes(world, 3, 6, 0.5, 10);
        world.network.block("n0", "p0", seconds(1), seconds(14));
        world.network.block("p1", "n1", seconds(1), seconds(14));
    }

    private static void hedged(World world) {
        lose(world, 0.1, 0);
        List<SimNode> nodes = nodes(world, 3);
        nodes.forEach(node -> node.service(300));
        for (int i = 0; i < 2; i++) {
            new SimStream(new SimProducer(world, "p" + i, nodes), "s").hedged().failing(0.1);
        }
    }

    private static void draining(World world) {
        lose(world, 0.1, 0);
        standard(world, 3, 3).forEach(stream -> stream.count(80));
        for (int i = 0; i < 2; i++) {
            SimNode node = world.nodes.get(i);
            world.after(seconds(1 + 2 * i), node::drain);
            world.after(seconds(12 + 2 * i), () -> node.crash(seconds(2)));
        }
    }

    /** Results are forgotten before they are asked for. */
    private static void smallRing(World world) {
        lose(world, 0.25, 0);
        List<SimNode> nodes = nodes(world, 2);
        nodes.forEach(node -> node.ring(2, 60));
        for (int i = 0; i < 3; i++) {
            SimStream stream = new SimStream(new SimProducer(world, "p" + i, nodes), "s");
            if (i == 0) {
                stream.atMostOnce();
            }
        }
    }

    /** Sources that stop in the middle hold no credit that a busy producer needs. */
    private static void lazySources(World world) {
        lose(world, 0.05, 0);
        List<SimNode> node = List.of(new SimNode(world, "n0").places(0, 1).service(20));
        for (int i = 0; i < 4; i++) {
            new SimStream(new SimProducer(world, "lazy" + i, node), "s")
                    .count(6)
                    .lazy(3, 200);
        }
        new SimStream(new SimProducer(world, "busy", node), "s")
                .count(80)
                .window(16)
                .starts(2)
                .endsBy(60);
    }

    /** A burst leaves credit behind on a link that stays busy with a little work; somebody else needs that credit. */
    private static void givenBack(World world) {
        List<SimNode> node =
                List.of(new SimNode(world, "n0").places(10, 2).ring(64, 4000).service(20));
        SimProducer producer = new SimProducer(world, "bursty", node);
        new SimStream(producer, "burst").count(41).window(24).burst(40).lazy(41, 60);
        SimStream pulse = new SimStream(producer, "pulse").count(12).window(1);
        for (int nth = 1; nth <= 12; nth++) {
            pulse.lazy(nth, 4);
        }
        new SimStream(new SimProducer(world, "other", node), "s")
                .count(120)
                .window(16)
                .burst(40)
                .starts(6)
                .endsBy(40);
    }

    /** A stream whose source stopped, one whose subscriber stalls and a busy one, on the same few credits. */
    private static void sharedLinks(World world) {
        List<SimNode> node = List.of(new SimNode(world, "n0").places(0, 1).service(20));
        SimProducer producer = new SimProducer(world, "p", node);
        new SimStream(producer, "lazy").count(8).lazy(1, 60).lazy(5, 60);
        new SimStream(producer, "stalled").count(20).window(4).stalls(1, 80).ordered();
        new SimStream(producer, "busy").count(60).weight(3).endsBy(50);
    }

    /** Some want all places and use none. One that keeps to the protocol gets its share, and is not fenced. */
    private static void hoarders(World world) {
        world.network.orderly = world.random.nextBoolean();
        world.network.delay = (5 + world.random.nextInt(60)) * World.MILLI;
        int hoarders = 1 + world.random.nextInt(3);
        SimNode node = new SimNode(world, "n0")
                .places(hoarders + world.random.nextInt(14), 1 + world.random.nextInt(3))
                .ring(64, 4000)
                .service(20 + world.random.nextInt(80));
        SimProducer honest = new SimProducer(world, "honest", List.of(node));
        SimStream stream =
                new SimStream(honest, "s").count(100).window(48).burst(60).starts(world.random.nextInt(3));
        if (world.network.orderly) {
            stream.atMostOnce(); // no element ends without being done, since the link is never fenced
            node.diligent.add(honest.name);
        }
        stream.endsBy(400); // with few places: one for each fence, at worst
        for (int i = 0; i < hoarders; i++) {
            new Hoarder(world, "hoarder" + i, List.of(node), world.any(List.of(Hoarder.Way.values())));
        }
        node.claim = new Claim(honest.name, hoarders + 1);
    }

    /** Sources that give an element now and then, beside one that wants all: none of them is fenced. */
    private static void slowSources(World world) {
        world.network.orderly = true;
        world.network.delay = (5 + world.random.nextInt(200)) * World.MILLI;
        SimNode node = new SimNode(world, "n0")
                .places(world.random.nextInt(8), 1 + world.random.nextInt(2))
                .ring(64, 4000)
                .service(100 + world.random.nextInt(200));
        int slow = 1 + world.random.nextInt(3);
        for (int i = 0; i < slow; i++) {
            SimStream stream = new SimStream(new SimProducer(world, "slow" + i, List.of(node)), "s").count(20);
            for (int nth = 2; nth <= 20; nth += 1 + world.random.nextInt(4)) { // some come together
                stream.lazy(nth, 0.3 + world.random.nextDouble() * 4);
            }
            node.diligent.add("slow" + i);
        }
        new SimStream(new SimProducer(world, "busy", List.of(node)), "s")
                .count(250)
                .window(32)
                .burst(60);
        node.diligent.add("busy");
    }

    /** Frames take longer than credit may lie unused: who shows by late tasks that it is only slow gets more time. */
    private static void farAway(World world) {
        world.network.orderly = true;
        world.network.delay = (1_200 + world.random.nextInt(1_200)) * World.MILLI;
        SimNode node =
                new SimNode(world, "n0").places(1 + world.random.nextInt(3), 1).ring(64, 4000);
        int producers = 2 + world.random.nextInt(2);
        for (int i = 0; i < producers; i++) {
            SimStream stream = new SimStream(new SimProducer(world, "p" + i, List.of(node)), "s")
                    .count(25)
                    .window(16);
            if (i == 0) {
                stream.atMostOnce();
            }
        }
        node.mostFences = 2L * producers;
    }

    private static void everything(World world) {
        lose(world, 0.3 * world.random.nextDouble(), 0.3 * world.random.nextDouble());
        world.network.delay = 50 * World.MILLI;
        world.network.late = world.random.nextInt(4) == 0 ? 0.03 : 0;
        List<SimNode> nodes = nodes(world, 3);
        nodes.forEach(node -> node.places(world.random.nextInt(6), 1 + world.random.nextInt(3))
                .service(80));
        for (int i = 0; i < 3; i++) {
            SimProducer producer = new SimProducer(world, "p" + i, nodes);
            SimStream first = new SimStream(producer, "a").ordered().failing(0.2);
            if (i == 0) {
                first.stalls(2, 9);
            }
            new SimStream(producer, "b").count(20).hedged().weight(2);
            new SimStream(producer, "c").count(15).atMostOnce().lazy(8, 12);
            new SimStream(producer, "d").count(SimStream.ENDLESS).burst(2).cancelledAt(world.between(2, 8));
        }
        crashes(world, 4, 12, 0.3, 12);
        for (int i = 0; i < 3; i++) {
            String node = world.any(nodes).name;
            String producer = world.any(world.producers).name;
            boolean deaf = world.random.nextBoolean();
            long start = world.between(0.5, 12);
            world.network.block(deaf ? node : producer, deaf ? producer : node, start, start + world.between(1, 20));
        }
        new Cheater(world, "cheat", nodes, 10);
        if (world.random.nextBoolean()) {
            new Hoarder(world, "hoarder", nodes, world.any(List.of(Hoarder.Way.values())));
        }
    }
}
