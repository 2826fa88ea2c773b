package io.broccoli.deploy;

import io.broccoli.node.Node;
import io.broccoli.task.TaskRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets a node accept jars that are signed with a key. A node without a receiver accepts none. Immutable.
 *
 * <p><strong>There is no sandbox: whoever has the key can run any code in this process.</strong>
 *
 * <p>The classes of a jar are loaded by a class loader of their own, whose parent is that of this library, and
 * initialized. Then the tasks and feeds of the jar replace those of its older version in one step. If anything fails, or
 * the classes are not ready within 20 s, the older version stays active. After an error of the VM, such as one of
 * memory, the node leaves the cluster. A module is refused if it is unsigned, altered, repeated, signed for another node
 * or cluster, larger than {@link Module#MAX_SOURCE}, or the 17th. At most four modules are on their way at a time. One
 * of which no piece came for two minutes is given up. A replaced module stays in memory if it started threads, or
 * registered objects outside of itself.
 */
public final class ModuleReceiver {

    static final String MODULE = "deploy"; // the module of the steps themselves

    private final Keyring keys;
    private final Optional<ModuleFolder> folder;
    private final Duration longestLoad;
    private final LongSupplier nanoTime;

    private ModuleReceiver(Keyring keys, Optional<ModuleFolder> folder, Duration longestLoad, LongSupplier nanoTime) {
        this.keys = keys;
        this.folder = folder;
        this.longestLoad = longestLoad;
        this.nanoTime = nanoTime;
    }

    /**
     * Accepts modules that are signed with this key, and keeps them in memory.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public static ModuleReceiver withKey(byte[] key) {
        return new ModuleReceiver(Keyring.of(key), Optional.empty(), Loading.LONGEST, System::nanoTime);
    }

    /** Accepts modules that are signed with this key: the UTF-8 bytes of the text. */
    public static ModuleReceiver withKey(String key) {
        return withKey(Keyring.bytes(key));
    }

    /**
     * Accepts modules that are signed with the key before, too, while keys are rotated: give all nodes the newer key
     * and this one, then those who deploy the newer key, then the nodes the newer one alone. Modules of a folder that
     * were kept under the older key are kept under the newer one from the next start on.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public ModuleReceiver withOlderKey(byte[] key) {
        return new ModuleReceiver(keys.withOlder(key), folder, longestLoad, nanoTime);
    }

    /** As {@link #withOlderKey(byte[])}, with the UTF-8 bytes of the text. */
    public ModuleReceiver withOlderKey(String key) {
        return withOlderKey(Keyring.bytes(key));
    }

    /**
     * Keeps modules in a folder, so that they survive a restart. The folder is created if it is missing, and belongs to
     * one node. Only the owner can read and write its files. Each module is signed again with a key that is derived from
     * the deployment key and the node's name: a module whose file or version was changed since is left out at start. So
     * is one that cannot be loaded, or that ended the process twice while it was loaded.
     */
    public ModuleReceiver withFolder(Path value) {
        return new ModuleReceiver(keys, Optional.of(new ModuleFolder(value)), longestLoad, nanoTime);
    }

    /** How long the classes of a module may take until they are ready; for tests. */
    ModuleReceiver withLongestLoad(Duration value) {
        return new ModuleReceiver(keys, folder, value, nanoTime);
    }

    /** The clock of challenges and transfers; for tests. */
    ModuleReceiver withClock(LongSupplier value) {
        return new ModuleReceiver(keys, folder, longestLoad, value);
    }

    /**
     * Loads the modules of the folder, and lets the node accept modules from then on. Starts when it is subscribed.
     * Subscribe once for each node.
     *
     * @return completes when the node accepts modules; errors with an {@link java.io.UncheckedIOException} if the
     *     folder cannot be used
     */
    public Mono<Void> on(Node node) {
        return Mono.defer(() -> {
            Scheduler serial = Schedulers.single(Schedulers.boundedElastic()); // files and class loading block
            node.cluster().events().subscribe(event -> {}, failed -> serial.dispose(), serial::dispose);
            Loading loading = new Loading(node.name(), longestLoad);
            InstalledModules modules = new InstalledModules(node, folder, loading, keys.stored(node.name()));
            TaskRegistry steps = new DeploymentSteps(
                            node.cluster().clusterName(), node.name(), keys, modules, serial, nanoTime)
                    .tasks();
            return step(serial, () -> {
                        modules.load();
                        return true;
                    })
                    .then(node.offer(MODULE, "", steps));
        });
    }

    /**
     * A step that does not begin if nobody waits for it any more, and runs to its end once it began: files and tasks change
     * together. Whatever it throws is given on. An operator of Reactor's would let an error of the VM end the thread, and nobody
     * would hear of it.
     */
    static <T> Mono<T> step(Scheduler serial, Callable<T> step) {
        return Mono.create(sink -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            sink.onCancel(() -> cancelled.set(true));
            try {
                serial.schedule(() -> {
                    try {
                        sink.success(cancelled.get() ? null : step.call());
                    } catch (Throwable thrown) {
                        sink.error(thrown);
                    }
                });
            } catch (RejectedExecutionException ended) {
                sink.error(new ModuleException("the node was closed"));
            }
        });
    }
}
