package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.RabbitServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("brokers")
@SuppressWarnings("NullAway.Init") // JUnit calls start
class LockedRabbitTest extends LockedBrokerContract {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SENDS_NOTHING = "MISSING  send and receive frames";
    private static final String IS_REFUSED = "MISSING  log in and subscribe";
    private static final List<Rule> RULES = List.of(
            new Rule("no-1", "topic_permissions", "write", "i\\.[^.]+\\.{username}|", SENDS_NOTHING),
            new Rule("no-2", "topic_permissions", "write", "p\\.{username}|", "MISSING  announce itself"),
            new Rule("no-3", "topic_permissions", "write", "|hello", "MISSING  ask who is there"),
            new Rule("no-4", "topic_permissions", "read", "i\\.{username}\\.#|", IS_REFUSED),
            new Rule("no-5", "topic_permissions", "read", "p\\.(\\*|{username})|", IS_REFUSED),
            new Rule("no-6", "topic_permissions", "read", "|hello", IS_REFUSED),
            new Rule("no-7", "permissions", "configure", "mqtt-subscription", IS_REFUSED),
            new Rule("no-8", "permissions", "write", "amq\\.topic|", SENDS_NOTHING),
            new Rule("no-9", "permissions", "write", "|mqtt-subscription-[^:]+:annqos[01]", IS_REFUSED),
            new Rule("no-10", "permissions", "read", "amq\\.topic|", IS_REFUSED),
            new Rule("no-11", "permissions", "read", "|mqtt-subscription-[^:]+:annqos[01]", IS_REFUSED));

    private static RabbitServer broker;

    @BeforeAll
    static void start() throws IOException {
        RabbitServer.assumeInstalled();
        issueCertificates();
        broker = RabbitServer.prepare();
        broker.configure(Files.readString(FILES.resolve("rabbitmq.conf"))
                .replace("ssl.default = 8883", "ssl.default = 127.0.0.1:" + broker.port())
                .replace("/etc/rabbitmq/definitions.json", definitions().toString())
                .replace("/etc/rabbitmq/broker.", folder.resolve("broker.").toString())
                .replace("/etc/rabbitmq/ca.pem", certificates.ca().toString()));
        JSON.writeValue(definitions().toFile(), rules());
        broker.start();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private static Path definitions() {
        return folder.resolve("definitions.json");
    }

    /** Mallory has what ann has. For each rule there is a user who has all but that one. */
    private static ObjectNode rules() throws IOException {
        ObjectNode all = (ObjectNode)
                JSON.readTree(FILES.resolve("rabbitmq-definitions.json").toFile());
        addUser(all, "mallory");
        for (Rule each : RULES) {
            addUser(all, each.user());
            for (JsonNode entry : all.get(each.list())) {
                if (entry.get("user").asText().equals(each.user())) {
                    String whole = entry.get(each.right()).asText();
                    String part = each.part().replace("ann", each.user());
                    assertThat(whole).contains(part);
                    ((ObjectNode) entry).put(each.right(), whole.replace(part, ""));
                }
            }
        }
        return all;
    }

    private static void addUser(ObjectNode all, String user) throws IOException {
        for (String list : List.of("users", "permissions", "topic_permissions")) {
            ArrayNode entries = (ArrayNode) all.get(list);
            entries.add(JSON.readTree(entries.get(1).toString().replace("ann", user))); // after node-1
        }
    }

    @Override
    BrokerProcess broker() {
        return broker;
    }

    /** @param user who lacks it */
    private record Rule(String user, String list, String right, String part, String told) {}

    static List<Rule> rulesThatAreLeftOut() {
        return RULES;
    }

    @ParameterizedTest
    @MethodSource("rulesThatAreLeftOut")
    void eachRuleIsNeeded(Rule rule) {
        assertTold(rule.user(), rule.told());
    }
}
