package io.broccoli.internal.credit;

import java.util.HashMap;

/** The account of a producer that nobody hears of. */
public final class StressAccount {

    private StressAccount() {}

    public static Account open() {
        return new Account(new Share("producer", new HashMap<>()), 1, 1, 0);
    }
}
