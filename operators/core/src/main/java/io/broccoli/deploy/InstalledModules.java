package io.broccoli.deploy;

import io.broccoli.deploy.ModuleFolder.Kept;
import io.broccoli.node.Node;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.util.Logger;
import reactor.util.Loggers;

/** What a node has of modules: loads, replaces and removes them, and keeps the folder in step. Used by one thread at a time, which it blocks. */
final class InstalledModules {

    static final int MAX_MODULES = 16;

    private static final Logger LOG = Loggers.getLogger(InstalledModules.class);
    private static final Duration OFFERED = Duration.ofSeconds(10); // a step within the node, which takes none

    /** @param tasks none, if it is disabled */
    private record Installed(Kept kept, Optional<TaskRegistry> tasks) {}

    private final Node node;
    private final Optional<ModuleFolder> folder;
    private final Loading loading;
    private final Keyring stored;
    private final Map<String, Installed> installed = new LinkedHashMap<>();

    /** @param stored by which is known again what was put into the folder */
    InstalledModules(Node node, Optional<ModuleFolder> folder, Loading loading, Keyring stored) {
        this.node = node;
        this.folder = folder;
        this.loading = loading;
        this.stored = stored;
    }

    /** What the folder has; what cannot be loaded, or was changed, is disabled, and the node starts without it. */
    void load() {
        List<Kept> all = folder.map(ModuleFolder::read).orElse(List.of());
        boolean older = false; // a MAC is of the key before
        for (Kept kept : all) {
            Optional<TaskRegistry> tasks = Optional.empty();
            Kept now = kept;
            try {
                refuseSuspects(kept.name(), kept.version());
                byte[] jar = folder.orElseThrow().jar(kept);
                now = verified(kept, jar);
                tasks = Optional.of(tasksOf(kept, jar));
                node.offer(kept.name(), kept.version(), tasks.orElseThrow()).block(OFFERED);
            } catch (IOException | RuntimeException unusable) {
                tasks = Optional.empty();
                LOG.warn(
                        "{} starts without the module {} {}: {}",
                        node.name(),
                        kept.name(),
                        kept.version(),
                        unusable.toString());
            }
            older |= !now.equals(kept);
            installed.put(kept.name(), new Installed(now, tasks));
        }
        if (older) {
            try {
                write();
            } catch (IOException unwritable) {
                LOG.warn(
                        "{} cannot sign its list of modules with the newer key: {}",
                        node.name(),
                        unwritable.toString());
            }
        }
    }

    /** As the key in use signs it. */
    private Kept verified(Kept kept, byte[] jar) {
        if (!kept.isOf(stored, jar)) {
            throw new ModuleException("it is not what was deployed under this name and version, or was kept under"
                    + " another key; deploy it again");
        }
        Kept signed = Kept.of(stored, kept.name(), kept.version(), jar);
        return new Kept(kept.name(), kept.version(), kept.file(), signed.mac());
    }

    Map<String, String> versions() {
        Map<String, String> versions = new HashMap<>();
        installed.forEach((name, module) ->
                versions.put(name, module.kept.version() + (module.tasks.isPresent() ? "" : " (disabled)")));
        return versions;
    }

    /** @throws ModuleException if a module of this name and version is not to be installed here */
    void admit(String name, String version) throws IOException {
        refuseSuspects(name, version);
        if (!installed.containsKey(name) && installed.size() >= MAX_MODULES) {
            throw new ModuleException("at most " + MAX_MODULES + " modules");
        }
    }

    /** All or nothing: after a failure the node has, offers and keeps what it did before. */
    List<String> install(Transfer transfer) throws IOException {
        byte[] jar = transfer.content();
        Kept kept = Kept.of(
                stored, transfer.announced().name(), transfer.announced().version(), jar);
        TaskRegistry tasks = tasksOf(kept, jar);
        Optional<Installed> older = Optional.ofNullable(installed.get(kept.name()));
        boolean sameFile = older.map(module -> module.kept.file()).equals(Optional.of(kept.file()));
        if (folder.isPresent()) {
            folder.get().keep(kept, jar);
        }
        try {
            offer(kept, tasks);
            installed.put(kept.name(), new Installed(kept, Optional.of(tasks)));
            write();
        } catch (IOException | RuntimeException failed) {
            older.ifPresentOrElse(module -> installed.put(kept.name(), module), () -> installed.remove(kept.name()));
            TaskRegistry before = older.flatMap(Installed::tasks)
                    .orElse(TaskRegistry.builder().build());
            offer(older.map(Installed::kept).orElse(kept), before);
            if (!sameFile) {
                drop(kept);
            }
            throw failed;
        }
        if (older.isPresent() && !sameFile) {
            drop(older.get().kept);
        }
        return tasks.all().stream().map(TaskDefinition::name).toList();
    }

    void remove(String name) throws IOException {
        Installed older = installed.remove(name);
        if (older == null) {
            throw new ModuleException("no such module");
        }
        try {
            write();
        } catch (IOException failed) {
            installed.put(name, older);
            throw failed;
        }
        offer(older.kept, TaskRegistry.builder().build());
        drop(older.kept);
    }

    private void offer(Kept module, TaskRegistry tasks) {
        try {
            node.offer(module.name(), module.version(), tasks).block(OFFERED);
        } catch (IllegalArgumentException impossible) {
            throw new ModuleException(String.valueOf(impossible.getMessage()));
        }
    }

    private TaskRegistry tasksOf(Kept module, byte[] jar) throws IOException {
        if (folder.isEmpty()) {
            return loading.tasks(module.name(), jar);
        }
        ModuleFolder marked = folder.get();
        marked.loading(module.name(), module.version());
        TaskRegistry tasks;
        try {
            tasks = loading.tasks(module.name(), jar);
        } catch (ModuleException refused) { // not an error of the VM: after that the process ends
            marked.loaded(module.name(), module.version());
            throw refused;
        }
        marked.loaded(module.name(), module.version());
        return tasks;
    }

    private void refuseSuspects(String name, String version) throws IOException {
        if (folder.isPresent() && folder.get().isSuspect(name, version)) {
            throw new ModuleException("this version brought the node down twice");
        }
    }

    private void write() throws IOException {
        if (folder.isPresent()) {
            List<Kept> all = new ArrayList<>();
            installed.values().forEach(each -> all.add(each.kept));
            folder.get().write(all);
        }
    }

    /** What is left behind does no harm, since the list does not name it. */
    private void drop(Kept module) {
        folder.ifPresent(from -> {
            try {
                from.drop(module);
            } catch (IOException | UncheckedIOException kept) {
                LOG.warn("{} cannot delete {}: {}", node.name(), module.file(), kept.toString());
            }
        });
    }
}
