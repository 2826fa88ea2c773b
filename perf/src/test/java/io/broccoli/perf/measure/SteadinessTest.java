package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadinessTest {

    @Test
    void threeWindowsInARow() {
        Steadiness steadiness = new Steadiness();
        assertThat(steadiness.isSteadyWith(100)).isFalse();
        assertThat(steadiness.isSteadyWith(100)).isFalse();
        assertThat(steadiness.isSteadyWith(104)).isTrue();
        assertThat(steadiness.isSteadyWith(110)).isFalse();
        assertThat(steadiness.isSteadyWith(108)).isFalse();
        assertThat(steadiness.isSteadyWith(109)).isTrue();
    }
}
