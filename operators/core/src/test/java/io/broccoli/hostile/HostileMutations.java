package io.broccoli.hostile;

import io.broccoli.sabotage.Mutation;
import java.util.List;

/** Flaws that somebody might put into what stands between users and the core: each must be noticed. */
final class HostileMutations {

    private static final String OF_ALL_KINDS = " x .* x (CHECKED|RUNTIME|ASSERTION|LINKAGE)";

    private HostileMutations() {}

    /** Lets errors pass that are caught otherwise. */
    private static final String RETHROWN =
            "} catch (Throwable thrown) {\nif (thrown instanceof Error error) {\nthrow error;\n}\n";

    static final List<Mutation> ALL = List.of(
            // ---- at a node
            Mutation.of(
                    "an error of a handler ends its worker",
                    "MAP x HANDLER x BEFORE" + OF_ALL_KINDS,
                    "Handlers",
                    "        } catch (Throwable thrown) {\n            throw failed(thrown);",
                    RETHROWN + "            throw failed(thrown);"),
            Mutation.of(
                    "a worker is released only where all is well",
                    "MAP x HANDLER x BEFORE" + OF_ALL_KINDS,
                    "TaskRunner",
                    "            if (!kept) {\n                with.release();",
                    "            if (!kept && task.status != io.broccoli.frame.Frame.ResultStatus.FAILURE) {\n                with.release();"),
            Mutation.of(
                    "the failure of a handler's Mono is forgotten",
                    "MAP x MONO x INSIDE x .* x (CHECKED|RUNTIME)",
                    "Awaiting",
                    "end(boundary.handlers().failed(upstream.required(failed, \"error\", this::broken)));",
                    "end(null);"),
            Mutation.of(
                    "an error of a handler's Flux, as it is asked, is told to nobody",
                    "FLAT_MAP x FLUX x INSIDE x .* x (ASSERTION|LINKAGE)",
                    "HandlerFlux",
                    "broken(called(with, () -> upstream.request(items)));",
                    "called(with, () -> upstream.request(items));"),
            Mutation.of(
                    "a handler's Flux may give more than it was asked for",
                    "FLAT_MAP x FLUX x INSIDE x .* x NOTHING",
                    "HandlerFlux",
                    "if (++given > requested) {",
                    "if (false) {"),
            Mutation.of(
                    "an item that cannot be written is left out",
                    "FLAT_MAP x ITEM x NEVER x .*",
                    "HandlerFlux",
                    "            upstream.cancel();\n            end(outcome.failed(failed));\n            return;",
                    "            return;"),
            Mutation.of(
                    "a result that cannot be written is an empty one",
                    "MAP x RESULT x NEVER x .*",
                    "TaskRun",
                    "            return failed(failed);\n        }\n        if (payload.length() > maxResult)",
                    "            return Step.Done.END;\n        }\n        if (payload.length() > maxResult)"),
            Mutation.of(
                    "an error of a source, as it is subscribed, is told to nobody",
                    "FEED x SOURCE x BEFORE" + OF_ALL_KINDS,
                    "Intake",
                    "onThread(() -> broken(upstream.subscribe(publisher, this)));",
                    "onThread(() -> upstream.subscribe(publisher, this));"),
            Mutation.of(
                    "what a task begins when it has ended goes on",
                    "(MAP|GROUP) x HANDLER x AFTER x .*",
                    "Invocation",
                    "            if (ended || task.isStopped()) { // who stops the task may not have seen this one\n                current.end();\n            }\n",
                    ""),
            // ---- at the boundary
            Mutation.of(
                    "an error of a value that is written passes through",
                    "MAP x RESULT x INSIDE" + OF_ALL_KINDS,
                    "Values",
                    "        } catch (Throwable thrown) {\n            throw unencodable(\n",
                    RETHROWN + "            throw unencodable(\n"),
            Mutation.of(
                    "an exception is asked for its message without care",
                    "MAP x HANDLER x BEFORE x .* x LIAR",
                    "Thrown",
                    "        } catch (Throwable broken) {\n            return \"(its getMessage",
                    "        } catch (java.util.NoSuchElementException broken) {\n            return \"(its getMessage"),
            Mutation.of(
                    "what a subscriber throws is passed over",
                    "MAP x OBSERVER x INSIDE" + OF_ALL_KINDS,
                    "Downstream",
                    "            actual.onNext(value);\n            return null;\n        } catch (Throwable thrown) {\n            guard.note(thrown);\n            return thrown;",
                    "            actual.onNext(value);\n            return null;\n        } catch (Throwable thrown) {\n            guard.note(thrown);\n            return null;"),
            // ---- at who calls
            Mutation.of(
                    "an argument that cannot be written keeps its element waiting",
                    "MAP x ARGUMENT x NEVER x .*",
                    "Launches",
                    "                endings.unsendable(errand, failed.failure(errand.task()));\n",
                    ""),
            Mutation.of(
                    "what a router throws is passed over",
                    "(MAP|BY_KEY) x ROUTER x INSIDE x .* x RUNTIME",
                    "Choices",
                    "throw guard.failed(FailureKind.BAD_ARGUMENTS, \"The router\", router, thrown);",
                    "return new Route.Any();"),
            Mutation.of(
                    "what a choice of sites throws is passed over",
                    "FEED x PREDICATE x .* x RUNTIME",
                    "FeedParts",
                    "                subscribe(node, failed);\n",
                    ""),
            Mutation.of(
                    "elements behind the end of a source are taken",
                    "MAP x SOURCE x AFTER x .*",
                    "StreamSignals",
                    "        if (completed) {\n            downstream.dropNext(element);\n            return;\n        }\n",
                    ""));
}
