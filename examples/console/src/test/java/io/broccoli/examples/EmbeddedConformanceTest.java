package io.broccoli.examples;

import java.net.URI;

class EmbeddedConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create(TestBroker.uri());
    }
}
