package io.broccoli.perf.measure;

import java.util.Map;

/**
 * One figure of ours over that of a yardstick.
 *
 * @param goal what it is about
 * @param target NaN if there is none
 * @param atLeast whether the target is the least; else it is the most
 * @param noisy whether somebody else had the processors
 */
public record Ratio(
        String goal,
        String a,
        String b,
        Map<String, Object> params,
        Spread spread,
        double target,
        boolean atLeast,
        boolean noisy) {

    /** The ratio of a figure over pairs. */
    public static Ratio atLeast(
            String goal, Row a, Row b, Pairs pairs, java.util.function.ToDoubleFunction<Block> figure, double target) {
        return new Ratio(
                goal, a.subject(), b.subject(), a.params(), pairs.ratio(figure), target, true, pairs.isNoisy());
    }

    /** The ratio of a figure over pairs, of which less is better. */
    public static Ratio atMost(
            String goal, Row a, Row b, Pairs pairs, java.util.function.ToDoubleFunction<Block> figure, double target) {
        return new Ratio(
                goal, a.subject(), b.subject(), a.params(), pairs.ratio(figure), target, false, pairs.isNoisy());
    }

    public String verdict() {
        if (Double.isNaN(target) || Double.isNaN(spread.median())) {
            return "-";
        }
        if (noisy) {
            return "noisy";
        }
        return (atLeast ? spread.median() >= target : spread.median() <= target) ? "pass" : "fail";
    }
}
