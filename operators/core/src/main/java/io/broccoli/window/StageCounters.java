package io.broccoli.window;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the subscriptions of a stage count. */
final class StageCounters {

    final LongAdder samples = new LongAdder();
    final LongAdder results = new LongAdder();
    final LongAdder late = new LongAdder();
    final LongAdder unheard = new LongAdder();
    final LongAdder early = new LongAdder();
    final LongAdder held = new LongAdder();
    final LongAdder windows = new LongAdder();
    final LongAdder liars = new LongAdder();
    final AtomicLong mostHeld = new AtomicLong();

    /** One subscription's part of the gauges, which it tells as it changed. */
    final class Part {
        private int held;
        private int windows;
        private long early;

        void tell(Machine<?, ?> machine) {
            int heldNow = machine.held();
            int windowsNow = machine.windows();
            long earlyNow = machine.early();
            if (heldNow != held) {
                StageCounters.this.held.add(heldNow - held);
                held = heldNow;
                if (heldNow > mostHeld.get()) {
                    mostHeld.accumulateAndGet(heldNow, Math::max);
                }
            }
            if (windowsNow != windows) {
                StageCounters.this.windows.add(windowsNow - windows);
                windows = windowsNow;
            }
            if (earlyNow != early) {
                StageCounters.this.early.add(earlyNow - early);
                early = earlyNow;
            }
        }

        /** Nothing is held any more. */
        void over() {
            StageCounters.this.held.add(-held);
            StageCounters.this.windows.add(-windows);
            held = 0;
            windows = 0;
        }
    }

    EventTimeStats stats() {
        return new EventTimeStats(
                samples.sum(),
                results.sum(),
                late.sum(),
                unheard.sum(),
                early.sum(),
                held.sum(),
                mostHeld.get(),
                windows.sum(),
                liars.sum());
    }
}
