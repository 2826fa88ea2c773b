package io.broccoli.deploy;

import io.broccoli.node.Node;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets a node accept jars that are signed with a key. A node without a receiver accepts none. Immutable.
 *
 * <p><strong>There is no sandbox: whoever has the key can run any code in this process.</strong>
 *
 * <p>The classes of a jar are loaded by a class loader of their own, whose parent is that of this library, and
 * initialized. Then the tasks of the jar replace those of its older version in one step. If anything fails, or the classes
 * are not ready within 20 s, the older version stays active. After an error of the VM, such as one of memory, the node
 * leaves the cluster. A module is refused if it is unsigned, altered, repeated, signed for another node, larger than
 * {@link Module#MAX_SOURCE}, or the 17th. A replaced module stays in memory if it started threads, or registered
 * objects outside of itself.
 */
public final class ModuleReceiver {

    /**
     * Without a folder a node does not know its former counter. It refuses what was signed longer than this before its
     * start.
     */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private static final String MODULE = "deploy"; // the module of the steps themselves

    private final Signer signer;
    private final Optional<ModuleFolder> folder;
    private final Duration longestLoad;

    private ModuleReceiver(Signer signer, Optional<ModuleFolder> folder, Duration longestLoad) {
        this.signer = signer;
        this.folder = folder;
        this.longestLoad = longestLoad;
    }

    /**
     * Accepts modules that are signed with this key, and keeps them in memory.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public static ModuleReceiver withKey(byte[] key) {
        return new ModuleReceiver(new Signer(key), Optional.empty(), Loading.LONGEST);
    }

    /** Accepts modules that are signed with this key: the UTF-8 bytes of the text. */
    public static ModuleReceiver withKey(String key) {
        return withKey(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Keeps modules in a folder, so that they survive a restart. The folder is created if it is missing, and belongs to
     * one node. A module that cannot be loaded at start is left out, as is a module that ended the process twice while
     * it was loaded.
     */
    public ModuleReceiver withFolder(Path value) {
        return new ModuleReceiver(signer, Optional.of(new ModuleFolder(value)), longestLoad);
    }

    /** How long the classes of a module may take until they are ready; for tests. */
    ModuleReceiver withLongestLoad(Duration value) {
        return new ModuleReceiver(signer, folder, value);
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
            long earliest = System.currentTimeMillis() - CLOCKS_DIFFER.toMillis();
            Loading loading = new Loading(node.name(), longestLoad);
            InstalledModules modules = new InstalledModules(node, folder, loading, folder.isPresent() ? 0 : earliest);
            TaskRegistry steps = new Steps(node.name(), signer, modules, serial).tasks();
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
    private static <T> Mono<T> step(Scheduler serial, Callable<T> step) {
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

    /** The steps by which a node takes modules, as tasks. */
    private static final class Steps {
        private final String node;
        private final Signer signer;
        private final InstalledModules modules;
        private final Scheduler serial;
        private @Nullable Transfer underWay;

        Steps(String node, Signer signer, InstalledModules modules, Scheduler serial) {
            this.node = node;
            this.signer = signer;
            this.modules = modules;
            this.serial = serial;
        }

        TaskRegistry tasks() {
            Parameter name = Parameter.of("name", String.class);
            Parameter counter = Parameter.of("counter", Long.class);
            Parameter mac = Parameter.of("mac", byte[].class);
            return TaskRegistry.builder()
                    .task(
                            ModuleKind.JAR.beginning(),
                            (context, args) -> step(() -> begin(
                                    (String) args[0],
                                    (String) args[1],
                                    (Integer) args[2],
                                    (byte[]) args[3],
                                    (Long) args[4],
                                    (byte[]) args[5])),
                            name,
                            Parameter.of("version", String.class),
                            Parameter.of("size", Integer.class),
                            Parameter.of("sha256", byte[].class),
                            counter,
                            mac)
                    .task(
                            "deploy.chunk",
                            (context, args) -> step(() -> now().take((Integer) args[0], (byte[]) args[1])),
                            Parameter.of("offset", Integer.class),
                            Parameter.of("data", byte[].class))
                    .task("deploy.commit", (context, args) -> step(() -> commit((Long) args[0])), counter)
                    .task(
                            "deploy.remove",
                            (context, args) -> step(() -> remove((String) args[0], (Long) args[1], (byte[]) args[2])),
                            name,
                            counter,
                            mac)
                    .task("deploy.modules", (context, args) -> step(modules::versions))
                    .build();
        }

        private <T> Mono<T> step(Callable<T> step) {
            return ModuleReceiver.step(serial, step);
        }

        private int begin(String name, String version, int size, byte[] digest, long counter, byte[] mac)
                throws IOException {
            String hex = HexFormat.of().formatHex(digest);
            check(mac, counter, ModuleKind.JAR.signed(), node, name, version, size, hex, counter);
            if (name.equals(MODULE)) {
                throw new ModuleException("the name " + MODULE + " is reserved");
            }
            try {
                Module.checkName(name);
                Module.checkVersion(version);
            } catch (IllegalArgumentException wrong) {
                throw new ModuleException(String.valueOf(wrong.getMessage()));
            }
            if (size < 0 || size > Module.MAX_SOURCE) {
                throw new ModuleException("a module has at most " + Module.MAX_SOURCE + " bytes");
            }
            modules.admit(name, version);
            underWay = new Transfer(name, version, size, digest, counter);
            return size;
        }

        private Object commit(long counter) throws IOException {
            Transfer transfer = now();
            if (transfer.counter() != counter) {
                throw new ModuleException("somebody else has begun a deployment since");
            }
            underWay = null;
            return modules.install(transfer);
        }

        private boolean remove(String name, long counter, byte[] mac) throws IOException {
            check(mac, counter, "remove", node, name, counter);
            modules.remove(name, counter);
            return true;
        }

        private Transfer now() {
            if (underWay == null) {
                throw new ModuleException("nothing was begun");
            }
            return underWay;
        }

        private void check(byte[] mac, long counter, Object... fields) {
            if (!MessageDigest.isEqual(signer.sign(fields), mac)) {
                throw new ModuleException("the signature is wrong");
            }
            if (counter <= modules.counter()) {
                throw new ModuleException("this was deployed before: its counter is " + counter + ", and "
                        + modules.counter() + " was seen");
            }
        }
    }
}
