package io.broccoli.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Names and passwords of members, one {@code name:password} a line, for commands that connect in several names. */
final class CredentialsFile {

    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private CredentialsFile() {}

    /** @throws ParameterException if the file cannot be read, or one of its lines is no name and password */
    static Map<String, String> read(Path file, CommandSpec spec) {
        Map<String, String> passwords = new LinkedHashMap<>();
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("too large");
            }
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int colon = line.indexOf(':');
                if (colon < 1
                        || colon == line.length() - 1
                        || passwords.put(line.substring(0, colon), line.substring(colon + 1)) != null) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "--credentials " + file + ", line " + number
                                    + ": a line is name:password, one for each name");
                }
            }
        } catch (IOException unreadable) {
            throw new ParameterException(
                    spec.commandLine(), "--credentials " + file + " cannot be read: it is a file of text, and yours");
        }
        return passwords;
    }

    /** Writes the lines, for the owner's eyes only. Blocks. */
    static void write(Path file, Map<String, String> passwords) throws IOException {
        StringBuilder lines = new StringBuilder();
        passwords.forEach((name, password) ->
                lines.append(name).append(':').append(password).append('\n'));
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(
                    file, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        }
        Files.writeString(file, lines, StandardCharsets.UTF_8, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
