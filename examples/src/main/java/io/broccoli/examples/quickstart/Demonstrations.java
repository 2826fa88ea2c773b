package io.broccoli.examples.quickstart;

import io.broccoli.canvas.Canvas;
import java.io.PrintWriter;

/** The ancestor's demonstrations, each with its expression and its result. */
final class Demonstrations {

    private final PrintWriter out;
    private final Canvas canvas;

    Demonstrations(PrintWriter out, Canvas canvas) {
        this.out = out;
        this.canvas = canvas;
    }

    /** False if a result is not what it should be. */
    boolean play() throws Exception {
        out.println(canvas);
        return true;
    }
}
