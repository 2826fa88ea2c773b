package io.broccoli.examples;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.transport.broker.BrokerStartException;
import java.io.PrintWriter;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import reactor.core.Exceptions;

/** Prints failures to standard error, in a line or two; with {@code -v} also the stack trace. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("broccoli: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return Broccoli.MALFORMED;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        Throwable cause = Exceptions.unwrap(thrown);
        if (Cleanup.processIsEnding()) {
            return Broccoli.FAILED; // of no effect, like what failed because everything was being closed
        }
        PrintWriter err = command.getErr();
        err.println("broccoli: " + describe(cause));
        if (command.getParseResult().hasMatchedOption("-v")) {
            cause.printStackTrace(err);
        }
        err.flush();
        if (cause instanceof TaskException task && task.failure().kind() == FailureKind.CLOSED) {
            return Broccoli.BROKEN; // nobody closed the member: it left by itself
        }
        return cause instanceof BadInputException ? Broccoli.MALFORMED : Broccoli.FAILED;
    }

    private static String describe(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return FailureKind.TIMEOUT + ": " + cause.getMessage();
        }
        if (cause instanceof TaskException
                || cause instanceof BadInputException
                || cause instanceof BrokerStartException
                || cause instanceof IllegalArgumentException
                || cause instanceof IllegalStateException) {
            return String.valueOf(cause.getMessage());
        }
        return cause.getMessage() == null
                ? cause.toString()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
