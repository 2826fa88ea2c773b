package io.broccoli.transport.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a class logs during a test, and nowhere else. To be registered as an extension. */
public final class HeardLog extends Handler implements BeforeEachCallback, AfterEachCallback {

    /** The messages, oldest first. */
    public final List<String> said = new ArrayList<>();

    private final Logger log;

    public HeardLog(String className) {
        log = Logger.getLogger(className);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        log.addHandler(this);
        log.setUseParentHandlers(false);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        log.removeHandler(this);
        log.setUseParentHandlers(true);
    }

    @Override
    public void publish(LogRecord line) {
        said.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
