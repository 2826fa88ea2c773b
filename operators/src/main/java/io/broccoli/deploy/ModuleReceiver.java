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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets a node take jars that are signed with a key; without it a node takes none. Immutable.
 *
 * <p>A jar's classes are loaded in a class loader of their own, below that of this library, and initialized; then its tasks take the
 * place of those of its older version in one step. When anything goes wrong, the older version goes on. There is no sandbox: whoever
 * has the key may run any code in this process. What is unsigned, altered, sent again, signed for another node, larger than {@link Module#MAX_SOURCE}, or the 17th
 * module, is refused. A module that starts threads, or is registered somewhere outside of it, stays in memory when it is replaced.
 */
public final class ModuleReceiver {

    /** Without a folder a node does not know what it was sent in former lives: what was signed so long before this one is refused. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private static final String MODULE = "deploy"; // that of the steps themselves

    private final Signer signer;
    private final Optional<ModuleFolder> folder;

    private ModuleReceiver(Signer signer, Optional<ModuleFolder> folder) {
        this.signer = signer;
        this.folder = folder;
    }

    /**
     * Takes what is signed with this key, and keeps it in memory.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public static ModuleReceiver withKey(byte[] key) {
        return new ModuleReceiver(new Signer(key), Optional.empty());
    }

    /** A key as text, in UTF-8. */
    public static ModuleReceiver withKey(String key) {
        return withKey(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Keeps modules in a folder, which is made if it is missing, so that they are there after a restart. It belongs to one node. What
     * cannot be loaded then is left out, as is what ended the process twice while it was loaded.
     */
    public ModuleReceiver withFolder(Path value) {
        return new ModuleReceiver(signer, Optional.of(new ModuleFolder(value)));
    }

    /**
     * Loads what the folder has, and lets the node take modules from then on. Begins when it is subscribed; needs to be done once for a
     * node.
     *
     * @return ends when the node takes modules; errors with an {@link java.io.UncheckedIOException} if the folder cannot be used
     */
    public Mono<Void> on(Node node) {
        return Mono.defer(() -> {
            Scheduler serial = Schedulers.single(Schedulers.boundedElastic()); // files and class loading block
            long earliest = System.currentTimeMillis() - CLOCKS_DIFFER.toMillis();
            InstalledModules modules = new InstalledModules(node, folder, folder.isPresent() ? 0 : earliest);
            TaskRegistry steps = new Steps(node.name(), signer, modules, serial).tasks();
            return Mono.fromRunnable(modules::load).subscribeOn(serial).then(node.offer(MODULE, "", steps));
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
            return Mono.fromCallable(step).subscribeOn(serial);
        }

        private int begin(String name, String version, int size, byte[] digest, long counter, byte[] mac)
                throws IOException {
            String hex = HexFormat.of().formatHex(digest);
            check(mac, counter, ModuleKind.JAR.signed(), node, name, version, size, hex, counter);
            if (name.equals(MODULE)) {
                throw new ModuleException("a module cannot have this name");
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
