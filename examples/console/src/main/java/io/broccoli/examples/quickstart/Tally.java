package io.broccoli.examples.quickstart;

/** How many earthquakes there were, their energy in all, and the strongest. */
public record Tally(long count, double joules, Quake strongest) {

    static Tally of(Shock shock) {
        return new Tally(1, shock.joules(), shock.quake());
    }

    Tally plus(Tally other) {
        return new Tally(count + other.count, joules + other.joules, strongest.strongerOf(other.strongest));
    }
}
