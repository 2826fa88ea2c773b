package io.broccoli.deploy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.task.FailureKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Looks after what nodes have, for one subscriber: with each change in the cluster, and from time to time, it serves those that were
 * not served in their present life. One look at a time, so that its state needs no lock.
 */
final class Keeping {

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final int MOST_TRIES = 3; // in one life of a node
    private static final int MOST_REMEMBERED =
            10_000; // nodes and modules; those longest untouched are forgotten, and asked what they have
    private static final Set<FailureKind> WORTH_ANOTHER_TRY = EnumSet.of(
            FailureKind.TIMEOUT, FailureKind.NODE_LOST, FailureKind.OUTCOME_UNKNOWN, FailureKind.UNKNOWN_TASK);

    private record Case(String node, String module) {}

    /** @param due when it is tried again, in milliseconds; never, if it is negative */
    private record Tried(long life, int tries, long due) {}

    private final Cluster cluster;
    private final List<Module> modules;
    private final int atOnce;
    private final BiPredicate<NodeInfo, Module> meant;
    private final Function<String, NodeModules> nodes;
    private final Scheduler time = Schedulers.parallel();
    private final Map<Case, Tried> tried = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Case, Tried> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Keeping(
            Cluster cluster,
            List<Module> modules,
            int atOnce,
            BiPredicate<NodeInfo, Module> meant,
            Function<String, NodeModules> nodes) {
        this.cluster = cluster;
        this.modules = modules;
        this.atOnce = atOnce;
        this.meant = meant;
        this.nodes = nodes;
    }

    Flux<DeploymentEvent> events() {
        Flux<Long> ticks = Flux.interval(Duration.ZERO, PAUSE, time)
                .takeUntilOther(cluster.events().ignoreElements());
        return Flux.merge(cluster.events(), ticks).onBackpressureLatest().concatMap(change -> look(), 1);
    }

    private Flux<DeploymentEvent> look() {
        Map<String, List<Module>> due = new TreeMap<>();
        for (NodeInfo node : cluster.nodes()) {
            List<Module> missing = modules.stream()
                    .filter(module -> meant.test(node, module) && isDue(node, module))
                    .toList();
            if (!missing.isEmpty()) {
                due.put(node.name(), missing);
            }
        }
        return Flux.fromIterable(due.entrySet())
                .flatMap(entry -> serve(entry.getKey(), entry.getValue()), atOnce, 1)
                .doOnNext(this::note);
    }

    private Flux<DeploymentEvent> serve(String node, List<Module> missing) {
        return Flux.fromIterable(missing).concatMap(module -> nodes.apply(node).deploy(module), 1);
    }

    private boolean isDue(NodeInfo node, Module module) {
        Tried last = tried.get(new Case(node.name(), module.name()));
        return last == null || last.life != node.bootEpoch() || (last.due >= 0 && last.due <= now());
    }

    private void note(DeploymentEvent event) {
        if (event instanceof DeploymentEvent.Progress) {
            return;
        }
        Case key = new Case(event.node(), event.module());
        Tried last = tried.get(key);
        long life = life(event.node(), last);
        int tries = last == null || last.life != life ? 1 : last.tries + 1;
        boolean again = event instanceof DeploymentEvent.Failed failed
                && WORTH_ANOTHER_TRY.contains(failed.failure().kind())
                && tries < MOST_TRIES;
        tried.put(key, new Tried(life, tries, again ? now() + PAUSE.toMillis() : -1));
    }

    /** The life that was served: a node that was restarted meanwhile was served in its newer one, or is found to have nothing. */
    private long life(String node, @Nullable Tried last) {
        return cluster.nodes().stream()
                .filter(each -> each.name().equals(node))
                .mapToLong(NodeInfo::bootEpoch)
                .findFirst()
                .orElse(last == null ? -1 : last.life);
    }

    private long now() {
        return time.now(TimeUnit.MILLISECONDS);
    }
}
