package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Frame;
import io.broccoli.spi.FrameCodec;
import io.broccoli.transport.contract.HeardLog;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.scheduler.VirtualTimeScheduler;

class RelayTroublesTest {

    @RegisterExtension
    private final HeardLog log = new HeardLog("io.broccoli.internal.network.RelayTroubles");

    private final List<String> said = log.said;

    private final RelayTroubles troubles = new RelayTroubles("relay");
    private final RelaySide side = new RelaySide(
            ClusterOptions.of("memory:one")
                    .withMember("relay")
                    .withTransport(new MemoryNetwork(VirtualTimeScheduler.create(), FaultPlan.NONE)),
            new Presences(Services.one(FrameCodec.class)),
            new RelaySide.Listener() {
                @Override
                public void connected(RelaySide side) {}

                @Override
                public void disconnected(RelaySide side, Throwable cause) {}

                @Override
                public void node(RelaySide side, String name, Frame.@Nullable Status status) {}
            });

    private void present(String member) {
        troubles.noPassword(member, side, side);
    }

    @Test
    void whoHasNoPasswordIsNamedOnce() {
        for (int i = 0; i < 100; i++) {
            present("ann");
            troubles.sweep();
        }
        assertThat(said).singleElement().asString().contains("has no password of member 'ann'");
    }

    @Test
    void madeUpNamesNeitherFillTheLogNorHideAMember() {
        for (int i = 0; i < 10_000; i++) {
            present("made-up-" + i);
        }
        assertThat(said).hasSizeLessThan(20);
        for (int sweep = 0; sweep < 100; sweep++) {
            troubles.sweep();
            for (int i = 0; i < 100; i++) {
                present("made-up-" + sweep + "-" + i);
            }
        }
        troubles.sweep();
        present("ann");
        assertThat(said.get(said.size() - 1)).contains("'ann'");
    }
}
