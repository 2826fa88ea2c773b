package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentNamesTest {

    @Test
    void eachIsNewOnceAndTheFirstLeavesForOneTooMany() {
        RecentNames names = new RecentNames(2);
        assertThat(names.add("a")).isTrue();
        assertThat(names.add("b")).isTrue();
        assertThat(names.add("a")).isFalse();
        assertThat(names.add("c")).isTrue();
        assertThat(names.add("b")).isFalse();
        assertThat(names.add("c")).isFalse();
        assertThat(names.add("a")).as("it left for c").isTrue();
    }
}
