package io.broccoli.internal.member;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.frame.Site;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What can befall a few members, and what their streams are. */
final class SimScenarios {

    private static final long SHORTEST_PAUSE = SimWorld.MILLI / 10;

    private static final Map<String, Consumer<SimWorld>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("calm", SimScenarios::calm);
        ALL.put("lossy", SimScenarios::lossy);
        ALL.put("late", SimScenarios::late);
        ALL.put("partitions", SimScenarios::partitions);
        ALL.put("outages", SimScenarios::outages);
        ALL.put("crashes", SimScenarios::crashes);
        ALL.put("clients", SimScenarios::clients);
        ALL.put("items", SimScenarios::items);
        ALL.put("crowded", SimScenarios::crowded);
        ALL.put("nested", SimScenarios::nested);
        ALL.put("once", SimScenarios::once);
        ALL.put("cheated", SimScenarios::cheated);
        ALL.put("everything", SimScenarios::everything);
    }

    private SimScenarios() {}

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * Plays one world.
     *
     * @return what broke, or nothing
     */
    static String play(String scenario, long seed, boolean tracing) {
        Consumer<SimWorld> builder = ALL.get(scenario);
        if (builder == null) {
            throw new IllegalArgumentException("There is no scenario " + scenario + " but " + ALL.keySet());
        }
        SimWorld world = new SimWorld(seed, tracing);
        String broken;
        try {
            builder.accept(world);
            broken = world.run();
        } catch (RuntimeException thrown) {
            broken = "at " + world.clock.now() / SimWorld.MILLI + " ms: " + thrown + " at " + thrown.getStackTrace()[0];
        }
        return broken.isEmpty()
                ? ""
                : scenario + ", seed " + seed + ", " + broken
                        + "\n  replay: mvn test -pl transport/core -am -Dtest=MemberSimulationTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dbroccoli.scenario=" + scenario
                        + " -Dbroccoli.seed=" + seed;
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

    private static void nodes(SimWorld world, int count) {
        for (int i = 0; i < count; i++) {
            NodeOptions options = NodeOptions.DEFAULTS
                    .withQueue(world.between(0, 8))
                    .withWorkers(world.between(1, 3))
                    .withSite(new Site(Map.of("zone", i % 2 == 0 ? "even" : "odd"), null, null));
            double speed = world.any(List.of(0.2, 1.0, 1.0, 4.0));
            new SimNode(world, "node" + i, world.chance(0.2) ? options.withRingBytes(200) : options, speed);
        }
    }

    private static void clients(SimWorld world, int count, Consumer<SimStream.Choices> more) {
        for (int i = 0; i < count; i++) {
            streams(world, new SimClient(world, "client" + i), world.between(1, 3), more);
        }
    }

    private static void streams(SimWorld world, SimClient client, int count, Consumer<SimStream.Choices> more) {
        for (int i = 0; i < count; i++) {
            SimStream.Choices choices = choices(world);
            more.accept(choices);
            client.stream(new SimStream(world, choices), world.between(0.0, 3.0));
        }
    }

    private static SimStream.Choices choices(SimWorld world) {
        SimStream.Choices choices = new SimStream.Choices();
        choices.work = world.any(List.of(
                SimWork.CALL,
                SimWork.CALL,
                SimWork.CALL,
                SimWork.STEPS,
                SimWork.CHAIN,
                SimWork.CHUNK,
                SimWork.NESTED,
                SimWork.ITEMS,
                SimWork.REPLAYED_ITEMS));
        choices.count = world.between(0, choices.work.isSeveral() ? 12 : 40);
        choices.pause = world.chance(0.3) ? world.between(0.001, 0.1) : 0;
        choices.sourceFails = world.chance(0.1);
        if (world.chance(0.5)) {
            choices.batch = world.between(1, 6);
            choices.reading = Math.max(SHORTEST_PAUSE, world.between(0.0, 0.15)); // else a reader is a storm of its own
        }
        if (world.chance(0.15)) {
            choices.cancelAt = world.between(0.0, 2.0);
        } else if (world.chance(0.1)) {
            choices.cancelAfter = world.between(1, 10);
        }
        choices.failing = world.chance(0.3) ? 15 : 0;
        choices.flaky = world.chance(0.3) ? 20 : 0;
        choices.options = options(world, choices.options);
        return choices;
    }

    private static DispatchOptions options(SimWorld world, DispatchOptions base) {
        DispatchOptions options = base.withWindow(world.between(1, 20))
                .withOrdered(world.chance(0.5))
                .withItems(world.between(1, 8))
                .withPriority(world.chance(0.2) ? 1 : 0)
                .withWeight(world.between(1, 3))
                .withRouter(router(world));
        if (world.chance(0.2)) {
            options = options.withTimeout(Duration.ofNanos(world.between(0.05, 4)));
        }
        if (world.chance(0.1)) {
            options = options.withExpiry(Duration.ofNanos(world.between(0.05, 2)));
        }
        if (world.chance(0.1)) {
            options = options.withDelay(Duration.ofNanos(world.between(0.01, 0.5)));
        }
        if (world.chance(0.1)) {
            options = options.withAttempts(world.between(1, 2));
        }
        if (world.chance(0.15)) {
            return options.withDelivery(Delivery.AT_MOST_ONCE);
        }
        if (world.chance(0.3)) {
            options = options.withRetry(
                    RetryPolicy.backoff(world.between(1, 4), Duration.ofNanos(world.between(0.001, 0.2))));
        }
        return world.chance(0.2) ? options.withHedging(new Hedging(0.5, Duration.ofMillis(5), 0.3)) : options;
    }

    private static Router router(SimWorld world) {
        int keys = world.between(1, 6);
        return switch (world.between(0, 9)) {
            case 0 -> Router.toNode(world.any(world.nodes).name);
            case 1 -> Router.label("zone", world.nodes.size() > 1 && world.chance(0.5) ? "odd" : "even");
            case 2 -> Router.byKey(Integer.class, x -> x % keys);
            case 3, 4 -> Router.byKeyInOrder(Integer.class, x -> x % keys);
            default -> Router.leastLoaded();
        };
    }

    private static void standard(SimWorld world) {
        standard(world, choices -> {});
    }

    private static void standard(SimWorld world, Consumer<SimStream.Choices> more) {
        nodes(world, world.between(1, 4));
        clients(world, world.between(1, 3), more);
        world.calmAt = Math.max(world.calmAt, world.between(3.0, 12.0));
    }

    /** Loss and repetition up to 30 %, delays up to two seconds, most often short ones. */
    private static void someLoss(SimWorld world) {
        double longest = world.chance(0.2) ? world.random.nextDouble() * 2 : world.random.nextDouble() * 0.1;
        world.lose(world.random.nextDouble() * 0.3, world.random.nextDouble() * 0.3, longest);
    }

    private static void crash(SimWorld world, int times) {
        for (int i = 0; i < times; i++) {
            long at = world.between(0.1, 8);
            long down = world.between(0.05, 6);
            SimNode node = world.any(world.nodes);
            switch (world.between(0, 4)) {
                case 0, 1 -> world.fate.after(at, () -> node.crash(true, down));
                case 2 -> world.fate.after(at, () -> node.crash(false, down));
                case 3 -> world.fate.after(at, () -> node.leave(down));
                default -> world.fate.after(at, () -> node.drain(world.between(0.0, 1.0), down));
            }
        }
    }

    private static void divide(SimWorld world, int times) {
        world.faulty = true;
        for (int i = 0; i < times; i++) {
            String node = world.any(world.nodes).name;
            String client = world.chance(0.8) ? world.any(world.clients).name : world.any(world.nodes).name;
            int ways = world.between(1, 3);
            long at = world.between(0.1, 6);
            if ((ways & 1) != 0) {
                divide(world, node, client, at);
            }
            if ((ways & 2) != 0) {
                divide(world, client, node, at);
            }
        }
    }

    private static void divide(SimWorld world, String from, String to, long at) {
        world.fate.after(at, () -> {
            world.trace("network", "nothing comes from", from, "to", to);
            world.network.divide(from, to);
        });
        world.fate.after(at + world.between(0.2, 12), () -> {
            world.trace("network", "what is sent from", from, "to", to, "comes again");
            world.network.heal(from, to);
        });
    }

    // ---- scenarios

    /** Nothing is lost, nothing overtakes. */
    private static void calm(SimWorld world) {
        world.plan(FaultPlan.NONE.withDelay(Duration.ofMillis(world.between(1, 60))));
        standard(world);
    }

    private static void lossy(SimWorld world) {
        someLoss(world);
        standard(world);
    }

    /** A frame takes anything from a millisecond to two seconds. */
    private static void late(SimWorld world) {
        world.lose(0.05, 0.2, 2);
        standard(world);
    }

    private static void partitions(SimWorld world) {
        standard(world);
        divide(world, world.between(1, 4));
    }

    /** The broker stops, or members lose their connection to it. */
    private static void outages(SimWorld world) {
        standard(world);
        world.faulty = true;
        for (int i = world.between(1, 3); i > 0; i--) {
            long at = world.between(0.1, 6);
            long back = at + world.between(0.05, 5);
            if (world.chance(0.4)) {
                world.fate.after(at, world.network::stopBroker);
                world.fate.after(back, world.network::startBroker);
            } else {
                String member = world.chance(0.5) ? world.any(world.nodes).name : world.any(world.clients).name;
                world.fate.after(at, () -> world.network.cut(member));
                world.fate.after(back, () -> world.network.restore(member));
            }
        }
    }

    private static void crashes(SimWorld world) {
        if (world.chance(0.5)) {
            someLoss(world);
        }
        standard(world);
        crash(world, world.between(1, 5));
    }

    /** They crash, come back under their names, and leave. */
    private static void clients(SimWorld world) {
        if (world.chance(0.5)) {
            someLoss(world);
        }
        standard(world);
        for (SimClient client : world.clients) {
            long at = world.between(0.1, 5);
            if (world.chance(0.3)) {
                world.fate.after(at, client::leave);
            } else {
                boolean noticed = world.chance(0.5);
                long down = world.between(0.0, 3);
                world.fate.after(
                        at,
                        () -> client.crash(
                                noticed, down, () -> streams(world, client, world.between(1, 2), choices -> {})));
            }
        }
    }

    private static void items(SimWorld world) {
        if (world.chance(0.6)) {
            someLoss(world);
        }
        standard(world, choices -> {
            choices.work = world.chance(0.5) ? SimWork.ITEMS : SimWork.REPLAYED_ITEMS;
            choices.count = Math.min(choices.count, 12);
        });
        crash(world, world.between(0, 2));
    }

    /** Ordered streams of items have all places, and lose some to an element that must go first. */
    private static void crowded(SimWorld world) {
        for (int i = world.between(1, 3); i > 0; i--) {
            NodeOptions options =
                    NodeOptions.DEFAULTS.withQueue(world.between(0, 1)).withWorkers(world.between(1, 2));
            new SimNode(world, "node" + i, options, 1);
        }
        clients(world, 1, choices -> {
            choices.work = SimWork.REPLAYED_ITEMS;
            choices.count = 8;
            choices.batch = world.between(1, 4);
            choices.reading = world.between(0.001, 0.02);
            choices.options = DispatchOptions.DEFAULTS
                    .withTimeout(Duration.ZERO)
                    .withAttempts(1_000)
                    .withWindow(12)
                    .withItems(world.between(1, 4));
        });
        world.calmAt = world.between(3.0, 12.0);
        if (world.nodes.size() > 1) {
            world.fate.after(world.between(0.1, 4), world.nodes.get(0)::retire);
        } else {
            crash(world, 2);
        }
    }

    private static void nested(SimWorld world) {
        if (world.chance(0.5)) {
            someLoss(world);
        }
        standard(world, choices -> choices.work = SimWork.NESTED);
        crash(world, world.between(0, 2));
    }

    private static void once(SimWorld world) {
        someLoss(world);
        standard(world, choices -> {
            if (choices.options.hedging() == null) {
                choices.options = choices.options.withRetry(RetryPolicy.NEVER).withDelivery(Delivery.AT_MOST_ONCE);
            }
        });
        crash(world, world.between(0, 3));
        divide(world, world.between(0, 2));
    }

    private static void cheated(SimWorld world) {
        if (world.chance(0.3)) {
            someLoss(world);
        }
        standard(world);
        for (int i = world.between(1, 2); i > 0; i--) {
            new SimCheater(world, "cheater" + i);
        }
    }

    private static void everything(SimWorld world) {
        someLoss(world);
        clients(world);
        crash(world, world.between(0, 3));
        divide(world, world.between(0, 2));
        if (world.chance(0.3)) {
            new SimCheater(world, "cheater");
        }
    }
}
