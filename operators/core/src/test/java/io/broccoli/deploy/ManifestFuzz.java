package io.broccoli.deploy;

import io.broccoli.deploy.ModuleFolder.Kept;
import io.broccoli.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The list of modules that a node keeps, and the names and versions that a deployment brings into it. */
class ManifestFuzz extends Fuzz {

    private static final Path FOLDER = Path.of("modules");
    private static final byte[] JAR = {'P', 'K', 3, 4};
    private static final Keyring STORED = Keyring.of(Keyring.bytes("a secret")).stored("north");
    private static final List<Kept> SIGNED =
            List.of(Kept.of(STORED, "garden", "1.0+3f2a9c1d", JAR), Kept.of(STORED, "acme-tasks", "two words", JAR));

    public static void fuzzerTestOneInput(byte[] input) {
        List<String> lines = new String(input, StandardCharsets.UTF_8).lines().toList();
        list(lines);
        for (int i = 0; i + 1 < lines.size(); i++) {
            deployed(lines.get(i), lines.get(i + 1));
        }
    }

    private static void list(List<String> lines) {
        List<Kept> read;
        try {
            read = ModuleFolder.parsed(lines);
        } catch (IllegalArgumentException refused) {
            return;
        }
        for (Kept each : read) {
            Path file = FOLDER.resolve(each.file()).normalize();
            require(FOLDER.equals(file.getParent()) && file.toString().endsWith(".jar"), "a file elsewhere", each);
            requireHarmless(each);
            boolean signed = each.isOf(STORED, JAR);
            require(signed == SIGNED.stream().anyMatch(own -> isSame(own, each)), "taken for what was signed", each);
        }
        requireReadAgain(read);
    }

    /** A MAC may be written in capitals. */
    private static boolean isSame(Kept own, Kept read) {
        return own.name().equals(read.name())
                && own.version().equals(read.version())
                && own.mac().equalsIgnoreCase(read.mac());
    }

    private static void deployed(String name, String version) {
        try {
            ModuleKind.JAR.checkName(name);
            Module.checkVersion(version);
        } catch (IllegalArgumentException refused) {
            return;
        }
        Kept kept = Kept.of(STORED, name, version, JAR);
        requireHarmless(kept);
        require(kept.isOf(STORED, JAR), "not known again", kept);
        List<Kept> all = new ArrayList<>(SIGNED);
        all.add(kept);
        requireReadAgain(all);
    }

    private static void requireReadAgain(List<Kept> modules) {
        List<String> lines = new String(ModuleFolder.text(modules), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<Kept> again =
                modules.stream().anyMatch(each -> each.mac().isEmpty()) ? modules : ModuleFolder.parsed(lines);
        require(again.equals(modules), "read again as " + again, modules);
    }

    private static void requireHarmless(Kept kept) {
        require(kept.name().matches("[A-Za-z0-9_.-]{1,64}"), "a name", kept);
        require(kept.version().matches("[ -~]{1,64}"), "a version", kept);
    }

    private static void require(boolean holds, String what, Object of) {
        if (!holds) {
            throw new AssertionError(what + ": " + of);
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        return Stream.concat(
                Stream.of(ModuleFolder.text(SIGNED)),
                texts(
                        "modules 2\ngarden garden-0123456789abcdef.jar 0a 1.0\n",
                        "1764550000000\ngarden garden-0123456789abcdef.jar version 1\n",
                        "modules 2\ngarden ../garden-0123456789abcdef.jar 0a 1\n",
                        "modules 2\nx x/../../../../etc/pass 0a 1\n",
                        "acme-tasks\n1.0-SNAPSHOT+3f2a9c1d\n",
                        "acme-tasks\n1.0\u0007\n"));
    }
}
