package io.broccoli.internal.network;

/** A client that a relay stands in for, and when it was last heard of. Guarded by the relay. */
public final class RelayedClient {

    public final RelaySide home;
    public long heardAt;

    public RelayedClient(RelaySide home, long heardAt) {
        this.home = home;
        this.heardAt = heardAt;
    }
}
