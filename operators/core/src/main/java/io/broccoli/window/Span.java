package io.broccoli.window;

/** An interval of event time, by its first and its last millisecond. */
abstract class Span {

    long first;
    long last;

    Span(long first, long last) {
        this.first = first;
        this.last = last;
    }
}
