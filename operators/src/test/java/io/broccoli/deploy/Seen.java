package io.broccoli.deploy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What the classes of jars see of a test: a class of the application. */
public final class Seen {

    static final List<WeakReference<Object>> LOADERS = new CopyOnWriteArrayList<>();
    static final CountDownLatch BEGUN = new CountDownLatch(1);
    static final CountDownLatch GATE = new CountDownLatch(1);

    private Seen() {}

    public static void loaded(Object loader) {
        LOADERS.add(new WeakReference<>(loader));
    }

    public static void waitThere() throws InterruptedException {
        BEGUN.countDown();
        GATE.await();
    }
}
