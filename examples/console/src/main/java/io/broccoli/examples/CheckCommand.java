package io.broccoli.examples;

import io.broccoli.examples.Probe.Echo;
import io.broccoli.network.Networks;
import io.broccoli.spi.TransportProvider;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli check}: what a broker's access rules let a user do. */
@Command(
        name = "check",
        description = {
            "Tries what a member must be allowed at an MQTT broker, and what it should not be allowed. Prints a line for"
                    + " each rule: ok, MISSING (this user cannot be a member), or OPEN (this user can act as another"
                    + " member). Run it while no member of this name is connected.",
            "",
            "  broccoli check --broker mqtts://host --ca ca.pem --username node-1"
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    /** A message that a broker passes on is back by then; or by the time-out, if that is shorter. */
    private static final Duration BACK = Duration.ofSeconds(4);

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Option(names = "--locked", description = "End with exit status 1 also if something is OPEN.")
    private boolean locked;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private boolean missing;
    private boolean open;

    @Override
    public Integer call() {
        URI broker = options.brokerOr(NetworkOptions.DEFAULT_BROKER);
        if (Networks.of(broker).size() > 1 || !broker.getScheme().startsWith("mqtt")) {
            throw new ParameterException(
                    spec.commandLine(), "--broker: one MQTT broker, mqtt:// or mqtts://, is checked");
        }
        String name = options.member(broker, "check-");
        try (Probe member = probe(broker, name)) {
            if (member.connects(options.timeout)) {
                ok("log in, and subscribe to " + topic("i/" + name + "/#") + ", " + topic("p/+") + " and "
                        + topic("hello"));
                tryAsMember(member, name);
                tryAsAnother(broker, member, name);
            } else {
                missing = true;
                say("MISSING", "log in and subscribe: " + member.trouble());
            }
        }
        say("", verdict(name));
        return missing || (locked && open) ? Broccoli.FAILED : 0;
    }

    private void tryAsMember(Probe member, String name) {
        Set<Echo> back = member.comesBack(EnumSet.allOf(Echo.class), back());
        must(
                back.contains(Echo.PRESENCE),
                "announce itself: write and read " + topic("p/" + name),
                "no member will know it; mosquitto: pattern readwrite broccoli/+/p/%u");
        must(
                back.contains(Echo.HELLO),
                "ask who is there: write and read " + topic("hello"),
                "nodes may be found late; mosquitto: pattern readwrite broccoli/+/hello");
        must(
                back.contains(Echo.FRAME),
                "send and receive frames: write " + topic("i/+/" + name) + ", read " + topic("i/" + name + "/#"),
                "nothing is asked or answered; mosquitto: pattern write broccoli/+/i/+/%u"
                        + " and pattern read broccoli/+/i/%u/#");
    }

    private Duration back() {
        return options.timeout.compareTo(BACK) < 0 ? options.timeout : BACK;
    }

    private void must(boolean holds, String what, String otherwise) {
        if (holds) {
            ok(what);
        } else {
            missing = true;
            say("MISSING", what + " (" + otherwise + ")");
        }
    }

    /** The same user, by another name. */
    private void tryAsAnother(URI broker, Probe member, String name) {
        String other = name + "-check";
        try (Probe stranger = probe(broker, other)) {
            if (!stranger.connects(options.timeout)) {
                ok("a member of another name is refused: " + stranger.trouble());
                if (stranger.isLetIn()) { // under another client id
                    mustNotLogIn(true);
                }
                return;
            }
            mustNotLogIn(!member.isThrownOut(back()));
            member.close(); // or both throw each other out
            Set<Echo> back = stranger.comesBack(EnumSet.of(Echo.PRESENCE, Echo.FRAME), back());
            mustNot(
                    back.contains(Echo.PRESENCE),
                    "a presence of another name is not passed on",
                    "this user can announce any member; mosquitto: pattern readwrite broccoli/+/p/%u, and no other line"
                            + " that lets it write there");
            mustNot(
                    back.contains(Echo.FRAME),
                    "frames of another name are not passed on",
                    "this user can read and answer what is sent to others; mosquitto: lines with %u only");
        }
    }

    private void mustNotLogIn(boolean possible) {
        mustNot(
                possible,
                "the client id belongs to the user",
                "this user can throw out any member, which then comes back; mosquitto: use_username_as_clientid true;"
                        + " NATS and RabbitMQ have no such setting");
    }

    private void mustNot(boolean possible, String what, String otherwise) {
        if (possible) {
            open = true;
            say("OPEN", "not so: " + what + " (" + otherwise + ")");
        } else {
            ok(what);
        }
    }

    private String verdict(String name) {
        if (missing) {
            return "The user cannot be member '" + name + "': add the rules that are MISSING.";
        }
        return open
                ? "The user can be member '" + name + "', and do more: what is OPEN is not locked."
                : "The user can be member '" + name + "', and no other one.";
    }

    private Probe probe(URI broker, String member) {
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider.schemes().contains(broker.getScheme())) {
                return new Probe(provider.open(broker, options.cluster, member, options.connecting()), member);
            }
        }
        throw new IllegalStateException("no transport for " + broker); // brokerOr looked for one
    }

    private String topic(String rest) {
        return "broccoli/" + options.cluster + "/" + rest;
    }

    private void ok(String what) {
        say("ok", what);
    }

    private void say(String how, String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(how.isEmpty() ? what : String.format("%-8s %s", how, what));
        out.flush();
    }
}
