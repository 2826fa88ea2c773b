package io.broccoli.deploy;

import io.broccoli.task.Parameter;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The steps by which a node takes modules, as tasks. Each but {@code deploy.modules} is signed, and refused before anything changes
 * if the signature is wrong.
 */
final class DeploymentSteps {

    private final String cluster;
    private final String node;
    private final Keyring keys;
    private final InstalledModules modules;
    private final Scheduler serial;
    private final Challenge challenge;
    private final OpenTransfers transfers;
    private boolean watching;

    DeploymentSteps(
            String cluster,
            String node,
            Keyring keys,
            InstalledModules modules,
            Scheduler serial,
            LongSupplier nanoTime) {
        this.cluster = cluster;
        this.node = node;
        this.keys = keys;
        this.modules = modules;
        this.serial = serial;
        this.challenge = new Challenge(nanoTime);
        this.transfers = new OpenTransfers(nanoTime);
    }

    TaskRegistry tasks() {
        Parameter mac = Parameter.of("mac", byte[].class);
        Parameter name = Parameter.of("name", String.class);
        Parameter given = Parameter.of("challenge", byte[].class);
        Parameter transfer = Parameter.of("transfer", Long.class);
        TaskRegistry.Builder tasks = TaskRegistry.builder();
        add(tasks, "deploy.begin", args -> begin((byte[]) args[0]), mac);
        add(
                tasks,
                ModuleKind.JAR.opening(),
                args -> open(
                        announcement((byte[]) args[4], (String) args[0], (String) args[1], (Integer) args[2], (byte[])
                                args[3]),
                        (byte[]) args[5]),
                name,
                Parameter.of("version", String.class),
                Parameter.of("size", Integer.class),
                Parameter.of("sha256", byte[].class),
                given,
                mac);
        add(
                tasks,
                "deploy.chunk",
                args -> chunk((Long) args[0], (Integer) args[1], (byte[]) args[2], (byte[]) args[3]),
                transfer,
                Parameter.of("offset", Integer.class),
                Parameter.of("data", byte[].class),
                mac);
        add(tasks, "deploy.commit", args -> commit((Long) args[0], (byte[]) args[1]), transfer, mac);
        add(
                tasks,
                "deploy.remove",
                args -> remove((String) args[0], (byte[]) args[1], (byte[]) args[2]),
                name,
                given,
                mac);
        add(tasks, "deploy.modules", args -> modules.versions());
        return tasks.build();
    }

    private interface Step {
        Object take(Object... args) throws IOException;
    }

    private void add(TaskRegistry.Builder tasks, String task, Step step, Parameter... parameters) {
        tasks.task(
                task,
                (context, args) -> {
                    Object[] all = Arrays.stream(args)
                            .map(each -> required(task, each))
                            .toArray();
                    return step(() -> step.take(all));
                },
                parameters);
    }

    private static Object required(String task, @Nullable Object argument) {
        if (argument == null) {
            throw new ModuleException("an argument of " + task + " is null");
        }
        return argument;
    }

    private <T> Mono<T> step(Callable<T> step) {
        return ModuleReceiver.step(serial, step);
    }

    private Announcement announcement(byte[] given, String name, String version, int size, byte[] digest) {
        HexFormat hex = HexFormat.of();
        return new Announcement(cluster, node, hex.formatHex(given), name, version, size, hex.formatHex(digest));
    }

    // ---- on the serial scheduler

    private byte[] begin(byte[] mac) {
        verify(mac, "deploy.begin", cluster, node);
        return challenge.give();
    }

    private long open(Announcement announced, byte[] mac) throws IOException {
        verify(mac, announced.step(ModuleKind.JAR.opening()));
        Transfer known = transfers.find(announced).orElse(null);
        if (known != null) {
            return known.number();
        }
        try {
            ModuleKind.JAR.checkName(announced.name());
            Module.checkVersion(announced.version());
        } catch (IllegalArgumentException wrong) {
            throw new ModuleException(String.valueOf(wrong.getMessage()));
        }
        if (announced.name().equals(ModuleReceiver.MODULE)) {
            throw new ModuleException("the name " + ModuleReceiver.MODULE + " is reserved");
        }
        if (announced.size() < 0 || announced.size() > Module.MAX_SOURCE) {
            throw new ModuleException("a module has at most " + Module.MAX_SOURCE + " bytes");
        }
        modules.admit(announced.name(), announced.version());
        challenge.check(HexFormat.of().parseHex(announced.challenge()));
        challenge.use();
        Transfer opened = transfers.open(announced);
        if (!watching) {
            watch();
        }
        return opened.number();
    }

    /** What is given up is freed, also if nothing comes any more. */
    private void watch() {
        watching = true;
        serial.schedule(
                () -> {
                    transfers.expire();
                    watching = false;
                    if (!transfers.isEmpty()) {
                        watch();
                    }
                },
                OpenTransfers.LONGEST_PAUSE.toMillis() / 2,
                TimeUnit.MILLISECONDS);
    }

    private int chunk(long number, int offset, byte[] data, byte[] mac) {
        Transfer transfer = transfers.get(number);
        verify(mac, transfer.announced().piece(offset, data));
        transfers.touch(transfer);
        return transfer.take(offset, data);
    }

    private Object commit(long number, byte[] mac) throws IOException {
        Transfer transfer = transfers.get(number);
        verify(mac, transfer.announced().step("deploy.commit"));
        transfers.end(transfer);
        return modules.install(transfer);
    }

    private boolean remove(String name, byte[] given, byte[] mac) throws IOException {
        verify(mac, "deploy.remove", cluster, node, HexFormat.of().formatHex(given), name);
        challenge.check(given);
        modules.remove(name);
        challenge.use();
        return true;
    }

    private void verify(byte[] mac, Object... fields) {
        if (keys.whoSigned(Objects.requireNonNull(mac), fields).isEmpty()) {
            throw new WrongSignature();
        }
    }
}
