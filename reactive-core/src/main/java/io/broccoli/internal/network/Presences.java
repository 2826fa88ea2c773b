package io.broccoli.internal.network;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Site;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.MalformedFrameException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What networks read in presences, and what a relay writes there. */
public final class Presences {

    /** A node's label that names the relay through which it is reached; without it, the node is on the network itself. */
    static final String VIA = "via";

    private final FrameCodec codec;

    public Presences(FrameCodec codec) {
        this.codec = codec;
    }

    /** Null: it says that there is nobody, or nothing that can be understood. */
    Frame.@Nullable Status present(byte[] presence) {
        Frame.Status status = status(presence);
        return status == null || status.state() == MemberState.GONE ? null : status;
    }

    /** Whether it says, in words, that its member is gone; an empty one says so without. */
    boolean isGone(byte[] presence) {
        Frame.Status status = status(presence);
        return status != null && status.state() == MemberState.GONE;
    }

    boolean isRelayed(byte[] presence) {
        Frame.Status status = status(presence);
        return status != null && isRelayed(status);
    }

    static boolean isRelayed(Frame.Status status) {
        return status.site().labels().containsKey(VIA);
    }

    /** As it is said on another network. */
    public byte[] relayed(Frame.Status status, MemberState state, String relay, int maxFrame) {
        Site site = status.site();
        Map<String, String> labels = new HashMap<>(site.labels());
        labels.put(VIA, relay);
        Frame.Status said = new Frame.Status(
                status.member(),
                status.bootEpoch(),
                state,
                status.queue(),
                status.workers(),
                status.free(),
                Math.min(status.maxFrame(), maxFrame),
                status.maxTask(),
                status.features(),
                new Site(labels, site.latitude(), site.longitude()),
                status.functions());
        return codec.encode(said, false);
    }

    private Frame.@Nullable Status status(byte[] presence) {
        if (presence.length == 0) {
            return null;
        }
        try {
            return codec.decode(presence) instanceof Frame.Status status ? status : null;
        } catch (MalformedFrameException malformed) {
            return null; // members refuse it, and say so
        }
    }
}
