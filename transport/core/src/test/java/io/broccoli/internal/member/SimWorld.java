package io.broccoli.internal.member;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Whole members in virtual time, over a network that does its worst until {@link #calmAt}: nodes and clients crash, leave and come
 * back. What must hold is looked at after each event. A seed replays a world exactly.
 */
final class SimWorld {

    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** From the end of all faults to the end of all streams. */
    private static final long LONGEST = 150 * SECOND;

    /** When all has ended, what the dead had serves others within a lease, and two more make sure that all is silent. */
    private static final long REST = 40 * SECOND;

    private static final long SILENCE = 10 * SECOND;
    private static final int MOST_EVENTS = 1_000_000;

    final MessagePackFrameCodec frames = new MessagePackFrameCodec();
    final MessagePackPayloadCodec payloads = new MessagePackPayloadCodec();
    final Random random;
    final boolean tracing;
    final Clockwork clock = new Clockwork();
    final Clockwork.Process fate = clock.process(); // never dies
    final MemoryNetwork network;
    final List<SimNode> nodes = new ArrayList<>();
    final List<SimClient> clients = new ArrayList<>();
    final List<SimStream> streams = new ArrayList<>();
    FaultPlan plan = FaultPlan.NONE.withDelay(Duration.ofMillis(1));
    boolean faulty; // frames or members may be lost
    boolean cheated;
    long calmAt;
    private String broken = "";

    SimWorld(long seed, boolean tracing) {
        this.random =
                new Random(seed * 0x9e3779b97f4a7c15L); // neighbouring seeds of a Random begin alike: these do not
        this.tracing = tracing;
        this.network = new MemoryNetwork(fate, plan);
    }

    // ---- chance

    long between(double least, double most) {
        return (long) ((least + random.nextDouble() * (most - least)) * SECOND);
    }

    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // ---- parts

    ClusterOptions options(String member, Clockwork.Process process) {
        return ClusterOptions.of("memory:world").withMember(member).withTime(process, clock::now);
    }

    Member.Services services(String member, Clockwork.Process process) {
        return new Member.Services(
                frames,
                payloads,
                transport(member, process),
                List.of(options(member, process).uri()));
    }

    Transport transport(String member, Clockwork.Process process) {
        ClusterOptions options = options(member, process);
        Transport transport = network.open(options.uri(), options.cluster(), member, options.connect());
        return new ProcessTransport(this, member, process, transport);
    }

    /**
     * As members take it from the clock: in tenths of a second. In longer ones a node that comes back twice within one of them, and
     * crashes with a will in between, could begin a life with a number that it has used: a will names the life in which the
     * member connected, and hides the later one that it went on to when it found its former life.
     */
    long epoch() {
        return 1_000 + clock.now() / (SECOND / 10);
    }

    void plan(FaultPlan next) {
        plan = next;
        faulty |= next.loss() > 0 || next.repetition() > 0 || next.maxDelay().compareTo(next.minDelay()) > 0;
        network.plan(next);
    }

    /** Frames are lost, repeated and late from now on, until the faults end. */
    void lose(double loss, double repetition, double longestDelay) {
        plan(FaultPlan.seeded(random.nextLong())
                .withLoss(loss)
                .withRepetition(repetition)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis((long) Math.max(1, longestDelay * 1_000))));
    }

    // ---- what is found

    void broken(Object... what) {
        if (broken.isEmpty()) {
            broken = Arrays.stream(what).map(String::valueOf).collect(Collectors.joining(" "));
            trace("BROKEN", broken);
        }
    }

    void trace(String who, Object... what) {
        if (tracing) {
            System.out.printf(
                    "%10.4f %-8s %s%n",
                    clock.now() / (double) SECOND,
                    who,
                    Arrays.stream(what).map(String::valueOf).collect(Collectors.joining(" ")));
        }
    }

    // ---- what happens

    /** @return what broke, with the time, or nothing */
    String run() {
        fate.after(calmAt, this::calmDown);
        while (broken.isEmpty() && !(clock.now() >= calmAt && streams.stream().allMatch(SimStream::isOver))) {
            if (clock.now() > calmAt + LONGEST || clock.isIdle()) {
                broken(
                        "I8 not all has ended:",
                        streams.stream().filter(stream -> !stream.isOver()).toList());
                break;
            }
            step();
        }
        long[] sent = new long[1];
        long end = clock.now() + REST;
        fate.after(REST - SILENCE, () -> sent[0] = sent());
        fate.after(REST, () -> {}); // something to step to
        while (broken.isEmpty() && clock.now() < end) {
            step();
        }
        if (broken.isEmpty() && sent() != sent[0]) {
            broken("SILENCE", sent() - sent[0], "frames were sent when all had ended");
        }
        nodes.forEach(SimNode::checkEmpty);
        clients.forEach(SimClient::checkEmpty);
        return broken.isEmpty() ? "" : "at " + clock.now() / MILLI + " ms: " + broken;
    }

    private long sent() {
        return network.stats().total().frames();
    }

    private void step() {
        clock.step();
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).check();
        }
        if (clock.events() > MOST_EVENTS) {
            broken("I8 a storm: more than", MOST_EVENTS, "events");
        }
    }

    /** From now on nothing is lost, and all nodes are there. */
    private void calmDown() {
        trace("calm");
        network.plan(FaultPlan.NONE.withDelay(plan.minDelay()));
        network.startBroker();
        for (SimNode node : nodes) {
            network.restore(node.name);
            for (SimClient client : clients) {
                network.restore(client.name);
                network.heal(node.name, client.name);
                network.heal(client.name, node.name);
            }
            for (SimNode other : nodes) {
                network.heal(node.name, other.name);
            }
            node.start();
        }
    }
}
