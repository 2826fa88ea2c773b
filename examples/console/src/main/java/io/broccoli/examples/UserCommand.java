package io.broccoli.examples;

import io.broccoli.transport.broker.UsersFile;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code broccoli user}: adds users to a broker's file of users. */
@Command(
        name = "user",
        description = {
            "Adds users to the file of 'broccoli broker --users', or of mosquitto's password_file, or changes their"
                    + " passwords. Each user is called as the member that it may be. To remove one, delete its line. A"
                    + " broker of 'broccoli broker' reads the file again when it has changed.",
            "",
            "  broccoli user ann --users passwords",
            "  broccoli user board-1 board-2 --users passwords --credentials members",
            "",
            "The first asks for a password, unless BROCCOLI_PASSWORD has it. The second makes passwords and writes them"
                    + " to a file of their own."
        },
        mixinStandardHelpOptions = true)
final class UserCommand implements Callable<Integer> {

    private static final int RANDOM_BYTES = 18;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "Names of the members.")
    private String[] names = {};

    @Option(
            names = "--users",
            required = true,
            paramLabel = "FILE",
            description = "File of users; it is made if needed.")
    private Path users = Path.of("");

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "Make a password for each name, and write 'name:password' to this file, for --credentials of"
                    + " other commands. It is made if needed, for you alone; its other lines stay.")
    private @Nullable Path credentials;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try {
            Path file = credentials;
            if (file == null) {
                if (names.length > 1) {
                    throw usage("several names need --credentials, a file for their passwords");
                }
                UsersFile.set(users, names[0], given(names[0]));
            } else {
                make(file);
            }
        } catch (IllegalArgumentException impossible) {
            throw usage(String.valueOf(impossible.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(users + ": " + String.join(", ", names));
        out.flush();
        return 0;
    }

    private void make(Path file) throws IOException {
        Map<String, String> all =
                Files.exists(file) ? new LinkedHashMap<>(CredentialsFile.read(file, spec)) : new LinkedHashMap<>();
        SecureRandom random = new SecureRandom();
        for (String name : names) {
            byte[] bytes = new byte[RANDOM_BYTES];
            random.nextBytes(bytes);
            String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            UsersFile.set(users, name, password);
            all.put(name, password);
            CredentialsFile.write(file, all); // with each: what was set is known
        }
    }

    private String given(String name) {
        String variable = System.getenv("BROCCOLI_PASSWORD");
        if (variable != null) {
            return variable;
        }
        Console console = System.console();
        if (console == null) {
            throw usage("nobody can be asked for a password here: set BROCCOLI_PASSWORD, or let --credentials FILE"
                    + " make one");
        }
        char[] first = console.readPassword("Password of %s: ", name);
        char[] again = console.readPassword("Once more: ");
        if (first == null || !Arrays.equals(first, again)) {
            throw usage("the two are not the same");
        }
        return new String(first);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
