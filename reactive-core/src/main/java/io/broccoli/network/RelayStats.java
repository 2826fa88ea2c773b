package io.broccoli.network;

/**
 * What a {@link Relay} does and did.
 *
 * @param nodes those that it stands in for, counted once for each network on which it does
 * @param clients the same of members without presence, of which something was heard lately
 * @param frames that were passed on
 * @param dropped frames that were not: a network did not take them, or there was no room for another stand-in. They are sent again by
 *     their senders
 */
public record RelayStats(int nodes, int clients, long frames, long dropped) {}
