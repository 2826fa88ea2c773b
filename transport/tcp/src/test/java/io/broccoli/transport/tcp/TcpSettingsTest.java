package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.ConnectOptions;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpSettingsTest {

    private static TcpSettings parse(String uri) {
        return TcpSettings.parse(URI.create(uri), ConnectOptions.DEFAULTS);
    }

    @Test
    void severalHostsAreKeptInOrderAndThePortMayBeLeftOut() {
        assertThat(parse("tcp://a:1,b,c:3").seeds())
                .containsExactly(new Host("a", 1), new Host("b", 7470), new Host("c", 3));
        assertThat(parse("tcp://[::1]:3").seeds()).containsExactly(new Host("::1", 3));
        URI several =
                ClusterOptions.of("tcp://[::1]:3,b,[2001:db8::7]?listen=no").uri();
        assertThat(TcpSettings.parse(several, ConnectOptions.DEFAULTS).seeds())
                .containsExactly(new Host("::1", 3), new Host("b", 7470), new Host("2001:db8::7", 7470));
        assertThat(parse("tcps://a").tls()).isTrue();
        assertThat(parse("tcp://a").tls()).isFalse();
    }

    @Test
    void optionsFollowAQuestionMark() {
        TcpSettings settings = parse("tcp://a?listen=0.0.0.0:9&advertise=b:8&discover=no&verify=ca&maxFrame=1048576");
        assertThat(settings.listen()).isEqualTo(new Host("0.0.0.0", 9));
        assertThat(settings.advertise()).isEqualTo(new Host("b", 8));
        assertThat(settings.discover()).isFalse();
        assertThat(settings.verify()).isEqualTo(TcpSettings.Verify.AUTHORITY);
        assertThat(settings.maxFrame()).isEqualTo(1_048_576);
        assertThat(parse("tcp://a?listen=no").listens()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp:a",
                "tcp://a/x",
                "tcp://a:0",
                "tcp://a:x",
                "tcp://a,,b",
                "tcp://a:65536",
                "tcp://a?listen",
                "tcp://a?what=1",
                "tcp://a?discover=maybe",
                "tcp://a?maxFrame=17000000",
                "tcp://a?maxFrame=9"
            })
    void whatMakesNoSenseIsRefusedWithTheUriInTheMessage(String uri) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(uri + ": ");
    }

    @Test
    void aSecretInTheUriIsRefusedAndNotShown() {
        assertThatThrownBy(() -> parse("tcp://ann:s3cret@h"))
                .hasMessageStartingWith("tcp://...@h")
                .hasMessageNotContaining("s3cret");
    }
}
