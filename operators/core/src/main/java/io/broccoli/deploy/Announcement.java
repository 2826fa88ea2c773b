package io.broccoli.deploy;

import java.util.HexFormat;

/**
 * What each signature of one transfer covers, so that it is of use for this module, at this node of this cluster, for this
 * challenge, and for nothing else. Both ends make it for themselves.
 *
 * @param challenge of the node, in hex
 * @param digest the SHA-256 of the module, in hex
 */
record Announcement(
        String cluster, String node, String challenge, String name, String version, int size, String digest) {

    static Announcement of(String cluster, String node, String challenge, Module module) {
        return new Announcement(
                cluster,
                node,
                challenge,
                module.name(),
                module.version(),
                module.size(),
                HexFormat.of().formatHex(module.digest()));
    }

    /** What is signed to open the transfer, or to commit it. */
    Object[] step(String task) {
        return new Object[] {task, cluster, node, challenge, name, version, size, digest};
    }

    /** What is signed with a piece. */
    Object[] piece(int offset, byte[] data) {
        return new Object[] {
            "deploy.chunk",
            cluster,
            node,
            challenge,
            name,
            version,
            size,
            digest,
            offset,
            HexFormat.of().formatHex(Module.sha256(data))
        };
    }
}
