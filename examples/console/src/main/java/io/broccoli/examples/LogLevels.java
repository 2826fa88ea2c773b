package io.broccoli.examples;

import picocli.CommandLine.ParseResult;

/**
 * How much is logged. The levels must be set before the first logger is made, so this knows no class that makes one.
 */
final class LogLevels {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private LogLevels() {}

    /** Sets the levels as {@code -v} and {@code -q} of whichever command say. */
    static void apply(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        int verbose = last.matchedOptionValue("-v", new boolean[0]).length;
        apply(last.hasMatchedOption("-q") ? -1 : verbose);
    }

    private static void apply(int verbosity) {
        set("defaultLogLevel", verbosity < 0 ? "off" : verbosity == 0 ? "error" : verbosity == 1 ? "warn" : "info");
        set("log.io.broccoli", verbosity <= 0 ? "error" : verbosity == 1 ? "info" : "debug");
        if (verbosity <= 0) {
            // They report as errors what a command reports in its own words: a broker that cannot be reached, or left.
            set("log.com.hivemq", "off");
            set("log.io.netty", "off");
            set("log.reactor", "off");
        }
    }

    private static void set(String property, String level) {
        System.setProperty(PREFIX + property, level);
    }
}
