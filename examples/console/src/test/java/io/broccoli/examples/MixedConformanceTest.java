package io.broccoli.examples;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** All cases on two boards and a node of the JVM. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
class MixedConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create(TestBroker.uri());
    }

    @Override
    List<? extends AutoCloseable> nodes(URI broker, String cluster) throws Exception {
        List<AutoCloseable> all = new ArrayList<>(TestBroker.nodes(broker, cluster, 1));
        all.add(TestBoards.start(broker, cluster, 2));
        return all;
    }
}
