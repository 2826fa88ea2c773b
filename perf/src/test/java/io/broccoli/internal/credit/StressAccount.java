package io.broccoli.internal.credit;

/** The account of a producer that nobody hears of. */
public final class StressAccount {

    private StressAccount() {}

    public static Account open() {
        return new Account("producer", 1, 1, 0);
    }
}
