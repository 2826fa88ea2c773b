package io.broccoli.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The key that signs modules. It is never an argument itself, because other users can see arguments. */
final class DeployKey {

    static final String VARIABLE = "BROCCOLI_DEPLOY_KEY";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--deploy-key-file", "--key-file"},
            paramLabel = "FILE",
            description = "File whose first line is the key for modules. Default: " + VARIABLE + ".")
    private @Nullable Path file;

    /** The key that was given. */
    Optional<String> key() {
        String key = file == null ? System.getenv(VARIABLE) : firstLine(file, "--key-file", spec);
        return Optional.ofNullable(key).filter(text -> !text.isEmpty());
    }

    /** The first line of a file that an option names; empty without one. */
    static String firstLine(Path from, String option, CommandSpec spec) {
        try {
            return Files.readString(from).lines().findFirst().orElse("").strip();
        } catch (IOException unreadable) {
            throw new ParameterException(spec.commandLine(), option + " " + from + " cannot be read");
        }
    }
}
