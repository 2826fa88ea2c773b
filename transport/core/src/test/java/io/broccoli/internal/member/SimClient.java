package io.broccoli.internal.member;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.TaskInFlight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client by its name, through all its lives. */
final class SimClient {

    final String name;
    private final SimWorld world;
    private final List<SimStream> streams = new ArrayList<>(); // of this life
    private @Nullable Member member;
    private Clockwork.Process process;

    SimClient(SimWorld world, String name) {
        this.world = world;
        this.name = name;
        this.process = world.clock.process();
        world.clients.add(this);
        start();
    }

    private void start() {
        world.trace(name, "starts");
        process = world.clock.process();
        ClusterOptions cluster = world.options(name, process);
        Member begun = new Member(cluster, world.services(name, process), world.epoch(), null);
        member = begun;
        begun.start();
    }

    Clockwork.Process process() {
        return process;
    }

    /** Begins a stream some time later, if it still lives then. */
    SimStream stream(SimStream stream, long pause) {
        streams.add(stream);
        process.after(pause, () -> {
            Member now = member;
            if (now != null) {
                stream.begin(now, process);
            }
        });
        return stream;
    }

    /** Dies; its streams are never heard of again. */
    void crash(boolean noticed, long down, Runnable then) {
        if (member == null) {
            return;
        }
        world.trace(name, "crashes");
        world.faulty = true;
        process.die();
        member = null;
        if (noticed) {
            world.network.vanish(name);
        }
        streams.forEach(SimStream::died);
        streams.clear();
        world.fate.after(down, () -> {
            start();
            then.run();
        });
    }

    /** Leaves as one does: its streams end with an error. */
    void leave() {
        Member was = member;
        if (was != null) {
            world.trace(name, "leaves");
            streams.forEach(SimStream::closing);
            was.leave();
            was.disconnect().subscribe();
            streams.forEach(SimStream::mustBeOver);
            member = null;
        }
    }

    /** At the end. */
    void checkEmpty() {
        if (member != null) {
            checkEmpty(world, member);
        }
    }

    static void checkEmpty(SimWorld world, Member member) {
        ClusterStats stats = member.stats();
        List<TaskInFlight> tasks = new ArrayList<>();
        member.inFlight().subscribe(tasks::addAll);
        long credit = stats.links().stream()
                .mapToLong(link -> link.credit() + link.want() + link.inFlight())
                .sum();
        if (stats.inFlight() + stats.pending() + credit + tasks.size() != 0) {
            world.broken("EMPTY", member.name(), "is not:", stats, tasks);
        }
        if (!world.faulty && !world.cheated && stats.tasksResent() > 0) {
            world.broken("RESENT", member.name(), "sent tasks twice where nothing was lost:", stats);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
