/**
 * The canvas, as stages of streams and as signatures that run once, tasks that are sent to running nodes, and windows and
 * joins over event time. Start at {@link io.broccoli.canvas.Canvas}.
 */
module io.broccoli.operators {
    requires transitive io.broccoli.core;
    requires static transitive org.jspecify;

    exports io.broccoli.canvas;
    exports io.broccoli.canvas.text;
    exports io.broccoli.deploy;
    exports io.broccoli.window;
}
