package io.broccoli.internal.view;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators and names of expressions, as they travel. */
enum Op {
    VALUE("value", 0),
    TIME("time", 0),
    SEQUENCE("sequence", 0),
    ADD("+", 2),
    SUBTRACT("-", 2),
    MULTIPLY("*", 2),
    DIVIDE("/", 2),
    MODULO("%", 2),
    LESS("<", 2),
    AT_MOST("<=", 2),
    MORE(">", 2),
    AT_LEAST(">=", 2),
    EQUAL("==", 2),
    UNEQUAL("!=", 2),
    NEGATE("neg", 1),
    NOT("not", 1);

    private static final Map<String, Op> ALL = new HashMap<>();

    static {
        for (Op op : values()) {
            ALL.put(op.symbol, op);
        }
    }

    final String symbol;
    final int operands;

    Op(String symbol, int operands) {
        this.symbol = symbol;
        this.operands = operands;
    }

    static @Nullable Op of(String symbol) {
        return ALL.get(symbol);
    }

    boolean isComparison() {
        return ordinal() >= LESS.ordinal() && ordinal() <= UNEQUAL.ordinal();
    }

    boolean isEquality() {
        return this == EQUAL || this == UNEQUAL;
    }
}
