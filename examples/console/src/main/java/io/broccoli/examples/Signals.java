package io.broccoli.examples;

import java.lang.reflect.Proxy;
import java.util.Map;

/** What a process does when it is told to end while it is ending: by itself Java goes on as if nothing had been said. */
final class Signals {

    private static final Map<String, Integer> EXIT_STATUS = Map.of("INT", 130, "TERM", 143);

    private Signals() {}

    /** The next Ctrl-C or SIGTERM ends this process at once, without the hooks that still run. */
    static void nextOneEndsTheProcess() {
        EXIT_STATUS.forEach((name, status) -> {
            try {
                handle(name, () -> Runtime.getRuntime().halt(status));
            } catch (ReflectiveOperationException | RuntimeException unsupported) { // then it takes as long as it takes
                System.getLogger(Signals.class.getName())
                        .log(System.Logger.Level.DEBUG, "SIG" + name + " cannot be handled", unsupported);
            }
        });
    }

    /** By name: not every Java has these classes, and the compiler warns of them. */
    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object handling = Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                        return null;
                    }
                    return method.invoke(action, args); // equals, hashCode, toString
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
    }
}
