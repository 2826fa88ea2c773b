package io.broccoli.examples;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** All cases on boards alone. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
class BoardsConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create(TestBroker.uri());
    }

    @Override
    List<? extends AutoCloseable> nodes(URI broker, String cluster) throws Exception {
        return List.of(TestBoards.start(broker, cluster, 3));
    }
}
