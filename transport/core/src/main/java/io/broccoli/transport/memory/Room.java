package io.broccoli.transport.memory;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members of a cluster, and what they announced. In the order of their names, so that all runs are the same; copies, as with a
 * virtual scheduler a member may join or announce itself while it is told something, on the same thread.
 */
final class Room {
    final Map<String, MemoryTransport> members = new ConcurrentHashMap<>();
    private final Map<String, byte[]> presences = new TreeMap<>();

    Collection<MemoryTransport> all() {
        return new TreeMap<>(members).values();
    }

    Map<String, byte[]> presences() {
        return new TreeMap<>(presences);
    }

    /** Nothing is kept of an empty one. */
    void keep(String member, byte[] status) {
        if (status.length == 0) {
            presences.remove(member);
        } else {
            presences.put(member, status);
        }
    }
}
