package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * The threads of all TCP transports of this process: a few event loops, dealt to the transports in turn. The first transport makes
 * them, with the last they end. All that one transport does is on one loop, so that it needs no locks and its receiver hears one
 * thing after the other.
 */
final class Loops {

    static final String PREFIX = "broccoli-tcp";
    static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static final Duration LONGEST_END = Duration.ofSeconds(2);

    private static @Nullable LoopResources shared;
    private static int users;

    private Loops() {}

    static synchronized One acquire() {
        LoopResources all = shared;
        if (all == null) {
            all = LoopResources.create(PREFIX, THREADS, true);
            shared = all;
        }
        users++;
        return new One(all, all.onServer(true).next());
    }

    static synchronized void release() {
        users--;
        LoopResources all = shared;
        if (users == 0 && all != null) {
            shared = null;
            all.disposeLater(Duration.ZERO, LONGEST_END).subscribe();
        }
    }

    /** One loop of them, for servers and clients. */
    record One(LoopResources all, EventLoop loop) implements LoopResources {
        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return loop;
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return loop;
        }

        @Override
        public EventLoopGroup onServerSelect(boolean useNative) {
            return loop;
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            return all.onChannel(type, group);
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            return all.onChannelClass(type, group);
        }
    }
}
