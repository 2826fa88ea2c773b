package io.broccoli.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.ClusterOptions;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworksTest {

    private static List<String> of(String uri) {
        return Networks.of(ClusterOptions.of(uri).uri()).stream()
                .map(URI::toString)
                .toList();
    }

    @Test
    void plusSignsJoinNetworks() {
        assertThat(of("tcp://a:1,b:2?listen=no+mqtt://c:1883+mqtts://d"))
                .containsExactly("tcp://a:1,b:2?listen=no", "mqtt://c:1883", "mqtts://d");
        assertThat(of("mqtt://a:1+mqtt://b:2")).containsExactly("mqtt://a:1", "mqtt://b:2");
    }

    @Test
    void addressesInBracketsMayBeAmongThem() {
        assertThat(of("tcp://[::1]:1+mqtt://[::2]:2,c:3"))
                .containsExactly("tcp://%5B::1%5D:1", "mqtt://%5B::2%5D:2,c:3");
        assertThat(of("tcp://[::1]:1")).containsExactly("tcp://[::1]:1");
        assertThatThrownBy(() -> of("tcp://a b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSchemeAloneMayBeAmongThem() {
        assertThat(of("embedded:+mqtt://a")).containsExactly("embedded:local", "mqtt://a");
        assertThat(of("mqtt://a+embedded://")).containsExactly("mqtt://a", "embedded:local");
    }

    @Test
    void otherPlusSignsJoinNothing() {
        assertThat(of("mqtt://ann:a+b:c@h")).containsExactly("mqtt://ann:a+b:c@h");
        assertThat(of("faulty+mqtt://h:1?loss=0.1")).containsExactly("faulty+mqtt://h:1?loss=0.1");
        assertThat(of("memory:x")).containsExactly("memory:x");
    }

    @Test
    void tooManyNetworksAreRefused() {
        assertThatThrownBy(() -> of("memory:0" + "+memory://x".repeat(Networks.MOST)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 16");
    }
}
