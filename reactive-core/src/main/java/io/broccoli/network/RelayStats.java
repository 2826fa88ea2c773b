package io.broccoli.network;

/**
 * Gauges and counters of a {@link Relay}.
 *
 * @param nodes gauge: nodes that it stands in for, counted once for each network on which it does
 * @param clients gauge: the same for clients, which have no presence and sent a frame recently
 * @param frames counter: frames that were passed on
 * @param dropped counter: frames that were not passed on, because a network did not accept them or there was no room
 *     for another stand-in; their senders resend them
 */
public record RelayStats(int nodes, int clients, long frames, long dropped) {}
