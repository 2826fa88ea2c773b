package io.broccoli.examples;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The key for modules before the one in use, while keys are rotated. */
final class OlderKey {

    static final String VARIABLE = "BROCCOLI_OLDER_DEPLOY_KEY";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--older-key-file",
            paramLabel = "FILE",
            description =
                    "File whose first line is the key before it, which counts too while keys are rotated. Default: "
                            + VARIABLE + ".")
    private @Nullable Path file;

    /**
     * The older key, if one was given.
     *
     * @param newer without it there is nothing to rotate to
     */
    Optional<String> key(Optional<String> newer) {
        String key = file == null ? System.getenv(VARIABLE) : DeployKey.firstLine(file, "--older-key-file", spec);
        if (file != null && newer.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--older-key-file needs the newer key: --key-file, or " + DeployKey.VARIABLE);
        }
        return newer.isEmpty() ? newer : Optional.ofNullable(key).filter(text -> !text.isEmpty());
    }
}
