package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said without a broker. */
class CommandLineTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    quickstart | Default: a broker that this command starts
                    run | Default: a broker that this command starts
                    devices | Default: a broker that this command starts
                    node | Default: mqtt://localhost:1883.
                    nodes | Default: mqtt://localhost:1883.
                    feed | Default: mqtt://localhost:1883.
                    deploy | Default: mqtt://localhost:1883.
                    configure | Default: mqtt://localhost:1883.
                    relay | No default.
                    """)
    void everyCommandThatJoinsHasHelpWithItsBrokerAndTheCommonOptions(String command, String broker) {
        Cli.Result result = Cli.run(command, "--help");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .startsWith("Usage: broccoli " + command)
                .contains("--broker", "--cluster", "--username", "--password", "--tls", "--ca", "--cert", "--key")
                .contains("--qos", "--timeout", "-v", "-q");
        assertThat(result.out().replaceAll("\\s+", " ")).contains(broker);
        assertThat(result.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void theBrokersHelpListsWhatItTakesAndNothingElse() {
        Cli.Result result = Cli.run("broker", "--help");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .startsWith("Usage: broccoli broker")
                .contains("--host", "--port", "--username", "--password", "--timeout", "-v", "-q")
                .contains("--users", "--rules", "--cert", "--key", "--insecure")
                .doesNotContain("--broker", "--cluster", "--tls", "--ca", "--qos");
        assertThat(result.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void theVersionIsTold() {
        assertThat(Cli.run("--version").out()).contains("broccoli 0.", "Java ");
        assertThat(Cli.run("run", "--version").status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bogus | bogus
                    run | an expression, or --json
                    run x --json y | an expression, or --json
                    run add.s(1) --timeout soon | 'soon' is not a duration
                    run add.s(1) --qos 2 | --qos is 0 or 1
                    run add.s(1) --max-frame 100 | --max-frame is 1024 to 65536, not 100
                    run add.s(1) --nosuch | --nosuch
                    run add.s(1) --broker mqtt:///x | names no host
                    run add.s(1) --broker mqtt://me:secret@localhost | takes no password
                    nodes --broker ::: | is no URL
                    nodes --broker x --password y | --password needs --username
                    nodes --broker x --cert y | go together
                    nodes --broker x --ca /no/such/file | cannot be read
                    node --site 91,0 | '91' is not a latitude
                    node --task-limit soon | 'soon' is not a duration
                    node --max-weight 17 | maxWeight is 1 to 16, not 17
                    node --workers 0 | at least one worker
                    broker --port 70000 | 65535
                    deploy --key-file x | either files to deploy, or --remove
                    deploy /no/such/file.py --key-file x | /no/such/file.py cannot be read
                    deploy --remove x --key-file /no/such/file | --key-file /no/such/file cannot be read
                    deploy --remove x | the key of the cluster is needed
                    configure --key-file x --nodes a | either a file of settings, or --new-key-file
                    configure x.json --key-file x | Missing required option: '--nodes=NODE'
                    configure /no/such/file.json --nodes a | /no/such/file.json cannot be read
                    configure --nodes a --new-key-file y | the key of the boards is needed
                    broker --broker x | Unknown option
                    broker --tls | Unknown option: '--tls'
                    broker --password x | --password needs --username
                    broker --rules x | --rules needs --users
                    broker --users /no/such/file | the file of users /no/such/file cannot be read
                    broker --users x --password y | --password has no use beside it
                    broker --cert x | --cert and --key go together
                    user ann | Missing required option: '--users=FILE'
                    user ann bob --users x | several names need --credentials
                    user a/b --users /no/such/folder/x --credentials /no/such/folder/y | none of them a blank or
                    nodes --broker http://x | 'http' is none of the schemes embedded, memory, mqtt, mqtts, tcp, tcps. Write
                    nodes --broker ssl://x:8883 | mqtt://host:1883 for an MQTT broker (mqtts for TLS)
                    relay --broker tcp://x+ws://y | 'ws' is none of
                    relay | a relay needs several networks
                    """)
    void whatMakesNoSenseIsRefusedWithStatus2(String line, String reason) {
        Cli.Result result = Cli.run(line.split(" "));
        assertThat(result.err()).contains(reason).contains("--help").doesNotContain("\tat ", "secret");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(2);
    }
}
