package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.spi.ConnectOptions;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "node-1", "Küche", "a b", "$x", "\ud83e\udd66"})
    void ordinaryNamesAreAllowed(String name) {
        assertThat(Names.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"a/b, must not contain / + or #", "+, must not contain / + or #", "a#, must not contain / + or #"})
    void whatMeansSomethingInATopicIsNot(String name, String why) {
        assertThatThrownBy(() -> Names.check("member", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("member '" + name + "': a name " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000", "a\nb", "\u007f", "\ud800", "x\udc00", "\uffff"})
    void whatIsNotTextIsNot(String name) {
        assertThat(Names.isValid(name)).isFalse();
    }

    @Test
    void sixtyFourCharactersAreTheMost() {
        assertThat(Names.isValid("x".repeat(64))).isTrue();
        assertThatThrownBy(() -> Names.check("cluster", "x".repeat(65)))
                .hasMessageContaining("at most 64 characters, not 65");
    }

    @Test
    void aTransportIsNotOpenedUnderABadName() {
        URI uri = URI.create("mqtt://h");
        MqttTransportProvider provider = new MqttTransportProvider();
        assertThatThrownBy(() -> provider.open(uri, "c", "a/b", ConnectOptions.DEFAULTS))
                .hasMessageStartingWith("member 'a/b'");
        assertThatThrownBy(() -> provider.open(uri, "a:b", "m", ConnectOptions.DEFAULTS))
                .hasMessageStartingWith("cluster 'a:b'");
        assertThatThrownBy(() -> provider.open(uri, "c", "m", ConnectOptions.DEFAULTS)
                        .send("x/y", new byte[0])
                        .block())
                .hasMessageStartingWith("member 'x/y'");
    }
}
