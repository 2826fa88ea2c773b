package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.mqtt.BrokerAddress.Host;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {

    private static BrokerAddress parse(String uri) {
        return BrokerAddress.parse(URI.create(uri), ConnectOptions.DEFAULTS);
    }

    @Test
    void thePortDependsOnTls() {
        assertThat(parse("mqtt://a").hosts()).containsExactly(new Host("a", 1883));
        assertThat(parse("mqtts://a").hosts()).containsExactly(new Host("a", 8883));
        assertThat(parse("mqtts://a").tls()).isTrue();
        BrokerAddress byOption =
                BrokerAddress.parse(URI.create("mqtt://a"), ConnectOptions.DEFAULTS.withTls(new Tls(null, null, null)));
        assertThat(byOption.hosts()).containsExactly(new Host("a", 8883));
    }

    @Test
    void severalHostsAreKeptInOrder() {
        assertThat(parse("mqtt://a:1,b,c:3").hosts())
                .containsExactly(new Host("a", 1), new Host("b", 1883), new Host("c", 3));
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        assertThat(parse("mqtt://[::1]:3").hosts()).containsExactly(new Host("::1", 3));
        assertThat(parse("mqtt://[::1]").hosts()).singleElement().hasToString("[::1]:1883");
        URI several = ClusterOptions.of("mqtt://ann:x@[::1]:3,b:4").uri();
        assertThat(BrokerAddress.parse(several, ConnectOptions.DEFAULTS).hosts())
                .containsExactly(new Host("::1", 3), new Host("b", 4));
    }

    @Test
    void theOptionsLoginGoesBeforeTheUris() {
        BrokerAddress address = parse("mqtt://ann:a%40b+c@h");
        assertThat(address.username()).isEqualTo("ann");
        assertThat(address.password()).isEqualTo("a@b+c");
        assertThat(address.toString()).doesNotContain("a@b");
        BrokerAddress other =
                BrokerAddress.parse(URI.create("mqtt://ann:x@h"), ConnectOptions.DEFAULTS.withCredentials("bob", "y"));
        assertThat(other.username()).isEqualTo("bob");
        assertThat(other.password()).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt:h",
                "mqtt:/h",
                "mqtt://h/x",
                "mqtt://h?x=1",
                "mqtt://h?maxFrame=1023",
                "mqtt://h?maxFrame=65537",
                "mqtt://h?maxFrame=",
                "mqtt://h:0",
                "mqtt://h:x",
                "mqtt://a,,b",
                "mqtt://a:65536"
            })
    void whatIsNoAddressIsRefusedWithTheUriInTheMessage(String uri) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(uri + ": ");
    }

    @Test
    void theSmallerOfTheUrisAndTheOptionsLargestFrameCounts() {
        assertThat(parse("mqtt://a").maxFrame()).isEqualTo(65_536);
        assertThat(parse("mqtt://a:1,b?maxFrame=2000").maxFrame()).isEqualTo(2000);
        URI uri = URI.create("mqtt://a?maxFrame=2000");
        assertThat(BrokerAddress.parse(uri, ConnectOptions.DEFAULTS.withMaxFrame(1500))
                        .maxFrame())
                .isEqualTo(1500);
        assertThat(BrokerAddress.parse(uri, ConnectOptions.DEFAULTS.withMaxFrame(3000))
                        .maxFrame())
                .isEqualTo(2000);
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThatThrownBy(() -> parse("mqtt://ann:secret@h/x"))
                .hasMessageStartingWith("mqtt://...@h/x")
                .hasMessageNotContaining("secret");
    }
}
