package io.broccoli.examples.quickstart;

/** An earthquake with its energy, as it comes back from a node. */
public record Shock(Quake quake, double joules) {}
