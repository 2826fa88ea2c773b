package io.broccoli.transport.broker;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The users of an {@link EmbeddedBroker}: a file with one line for each, {@code name:hash}, as {@code mosquitto_passwd} of
 * mosquitto 2 writes it. Either broker reads what the other one's command wrote. The name of a user is the name of the member that
 * it may be.
 *
 * <p>A broker reads the file again when it has changed. Whoever is connected stays connected.
 */
public final class UsersFile {

    private static final Logger LOG = Loggers.getLogger(UsersFile.class);
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    private static final int MOST_USERS = 16_384;
    private static final int LONGEST_NAME = 64;
    private static final PasswordHash NOBODY = PasswordHash.of("nobody");

    /** When the file was changed, and how large it was then. */
    private record Stamp(FileTime changed, long size) {}

    private final Path file;
    private Map<String, PasswordHash> users; // guarded by this, like the next
    private @Nullable Stamp read;

    private UsersFile(Path file) throws IOException {
        this.file = file;
        read = stamp(file);
        users = parse(file);
    }

    /** @throws IllegalArgumentException if the file cannot be read, or one of its lines is no user; the message says which */
    static UsersFile open(Path file) {
        try {
            return new UsersFile(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file of users " + file + " cannot be read: " + words(unreadable));
        }
    }

    /**
     * Adds a user to a file, or changes the password of one that it has. Makes the file if there is none, for its owner alone. May not
     * be called for one file by two threads or processes at a time.
     *
     * @param name the name of the member: 1 to 64 characters, without {@code : / + #}, blanks and control characters
     * @param password not empty
     * @throws IllegalArgumentException if it cannot be a name or a password, or the file has something else in it
     * @throws IOException if the file cannot be read or written
     */
    public static void set(Path file, String name, String password) throws IOException {
        requireName(name);
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password of user '" + name + "' is empty");
        }
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            parse(file);
            lines.addAll(Files.readAllLines(file));
            lines.removeIf(line -> line.startsWith(name + ":"));
        }
        lines.add(name + ":" + PasswordHash.of(password));
        Path folder = file.toAbsolutePath().getParent();
        Path made = Files.createTempFile(folder, ".users", ""); // only its owner can read it
        try {
            Files.write(made, lines);
            if (Files.exists(file) && isPosix(file)) {
                Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(file));
            }
            Files.move(made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * Takes as long as the hash of the user says. A name that no user has takes as long as one of a user: so the time does not tell which
     * names are users.
     */
    boolean admits(String name, byte[] password) {
        refresh();
        PasswordHash hash = find(name);
        boolean matches = (hash == null ? stranger(name) : hash).matches(password);
        return matches && hash != null;
    }

    private synchronized @Nullable PasswordHash find(String name) {
        return users.get(name);
    }

    /** Always the same user for the same name: else it would be known by its times. */
    private synchronized PasswordHash stranger(String name) {
        List<PasswordHash> all = List.copyOf(users.values());
        return all.isEmpty() ? NOBODY : all.get(Math.floorMod(name.hashCode(), all.size()));
    }

    private synchronized void refresh() {
        try {
            Stamp now = stamp(file);
            if (!now.equals(read)) {
                read = now; // before it is read: whatever is wrong with it is said once
                users = parse(file);
                LOG.info("the file of users {} was read again: {} users", file, users.size());
            }
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.error("the file of users {} cannot be used, the users before it stay: {}", file, words(unusable));
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
    }

    private static Map<String, PasswordHash> parse(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IllegalArgumentException(
                    file + " has more than " + MOST_BYTES + " bytes; it is no file of users");
        }
        Map<String, PasswordHash> users = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    throw new IllegalArgumentException("it is not name:hash");
                }
                String name = requireName(line.substring(0, colon));
                if (users.put(name, PasswordHash.parse(line.substring(colon + 1).strip())) != null) {
                    throw new IllegalArgumentException("user '" + name + "' stands there twice");
                }
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(file + ", line " + number + ": " + malformed.getMessage());
            }
            if (users.size() > MOST_USERS) {
                throw new IllegalArgumentException(file + " has more than " + MOST_USERS + " users");
            }
        }
        return users;
    }

    /** What would have a meaning in a topic or in the file is in no name. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && name.chars()
                        .noneMatch(
                                c -> ":/+#".indexOf(c) >= 0 || Character.isISOControl(c) || Character.isWhitespace(c));
    }

    private static String requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("the name of a user has 1 to " + LONGEST_NAME
                    + " characters, none of them a blank or : / + #: '"
                    + name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("\\p{Cntrl}", "?") + "'");
        }
        return name;
    }

    private static String words(Exception error) {
        if (error instanceof MalformedInputException) {
            return "it is not UTF-8";
        }
        return error instanceof IllegalArgumentException ? String.valueOf(error.getMessage()) : error.toString();
    }

    @Override
    public String toString() {
        return "UsersFile[" + file + "]";
    }
}
