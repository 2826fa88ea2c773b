package io.broccoli.examples;

import java.net.URI;
import java.util.List;

/** All cases on boards alone. */
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
