package io.broccoli.internal.member;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.node.NodeOptions;
import io.broccoli.node.NodeStats;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node by its name, through all its lives. */
final class SimNode {

    final String name;
    private final SimWorld world;
    private final NodeOptions options;
    private final SimTasks tasks;
    private @Nullable Life life;
    private boolean retired;
    private long goneEpoch; // of which this life was told that it is over

    private record Life(Clockwork.Process process, Member member, NodeRuntime runtime) {
        long epoch() {
            return runtime.status(runtime.state()).bootEpoch();
        }
    }

    SimNode(SimWorld world, String name, NodeOptions options, double speed) {
        this.world = world;
        this.name = name;
        this.options = options;
        this.tasks = new SimTasks(world, name, speed);
        world.nodes.add(this);
        start();
    }

    /** Begins a life, unless there is one. */
    void start() {
        if (life != null || retired) {
            return;
        }
        world.trace(name, "starts with", options.queue(), "+", options.workers(), "places");
        Clockwork.Process process = world.clock.process();
        ClusterOptions cluster = world.options(name, process);
        Member member = new Member(
                cluster,
                world.services(name, process),
                world.epoch(),
                new Member.NodePart(options, tasks.registry(process), process, process));
        life = new Life(process, member, Objects.requireNonNull(member.node()));
        goneEpoch = 0;
        member.start();
    }

    /** Loses its power; without a will nobody is told. */
    void crash(boolean will, long down) {
        Life was = life;
        if (was != null) {
            world.trace(name, "crashes", will ? "with a will" : "unnoticed");
            world.faulty = true;
            check();
            was.process.die();
            life = null;
            if (will) {
                world.network.vanish(name);
            }
            world.fate.after(down, this::start);
        }
    }

    /** Crashes and never comes back. */
    void retire() {
        retired = true;
        crash(true, 0);
    }

    /** Leaves as one does, and comes back. */
    void leave(long away) {
        Life was = life;
        if (was != null) {
            world.trace(name, "leaves");
            world.faulty = true; // what runs is abandoned
            was.member.loop().execute(was.runtime::drain);
            was.member.leave();
            was.member.disconnect().subscribe();
            life = null;
            world.fate.after(away, this::start);
        }
    }

    /** Takes nothing more, and leaves later. */
    void drain(long pause, long away) {
        Life was = life;
        if (was != null) {
            world.trace(name, "drains");
            world.faulty = true; // streams of items are handed on: one that runs at most once is cut off
            was.member.loop().execute(was.runtime::drain);
            was.member.announceAgain();
            world.fate.after(pause, () -> {
                if (was == life) {
                    leave(away);
                }
            });
        }
    }

    /** A life of this name is over, as that process was told. */
    void toldGone(Clockwork.Process process, long epoch) {
        Life now = life;
        if (now != null && now.process == process) {
            goneEpoch = Math.max(goneEpoch, epoch);
        }
    }

    void check() {
        Life now = life;
        if (now == null) {
            return;
        }
        NodeStats stats = now.runtime.stats();
        int capacity = options.capacity();
        if (stats.queued() + stats.running() + stats.parked() + stats.unusedCredit() > capacity) {
            world.broken("I1", name, "of", capacity, "places has", stats);
        }
        if (stats.parked() > Math.max(0, capacity - 1 - capacity / 4)) {
            world.broken("PARKED too many tasks of", name, "wait for others:", stats);
        }
        if (!world.cheated && stats.refused() > 0) {
            world.broken("I5", name, "refused a task of who keeps to the protocol:", stats);
        }
    }

    /** At the end. */
    void checkEmpty() {
        Life now = life;
        if (now == null) {
            if (!retired) {
                world.broken(name, "did not come back");
            }
            return;
        }
        if (now.epoch() <= goneEpoch) {
            world.broken("LIFE", name, "is in life", now.epoch(), "though it was told that", goneEpoch, "is over");
        }
        NodeStats stats = now.runtime.stats();
        long left = stats.queued()
                + stats.running()
                + stats.parked()
                + stats.unusedCredit()
                + stats.links()
                + stats.remembered();
        if (left != 0) {
            world.broken("EMPTY", name, "is not:", stats);
        }
        SimClient.checkEmpty(world, now.member);
    }

    @Override
    public String toString() {
        return name;
    }
}
