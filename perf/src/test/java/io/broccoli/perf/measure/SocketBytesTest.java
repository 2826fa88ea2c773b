package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SocketBytesTest {

    @Test
    void bothEndsOfEachConnection() {
        String output = """
                ESTAB 0 0 127.0.0.1:18830 127.0.0.1:41000
                \t cubic wscale:7,7 rto:204 rtt:0.02/0.01 mss:32768 cwnd:10 bytes_sent:1200 bytes_acked:1200 bytes_received:34 segs_out:5
                ESTAB 0 0 127.0.0.1:41000 127.0.0.1:18830
                \t cubic wscale:7,7 rto:204 bytes_sent:34 bytes_retrans:0 bytes_acked:35 bytes_received:1200
                """;
        assertThat(SocketBytes.sum(output)).hasValue(1234);
    }

    @Test
    void anSsThatCountsNoBytes() {
        assertThat(SocketBytes.sum("ESTAB 0 0 127.0.0.1:1 127.0.0.1:2\n\t cubic wscale:7,7\n"))
                .isEmpty();
        assertThat(SocketBytes.sum("")).isEmpty();
    }
}
