package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.List;

/** The results of a cell in which nobody notices anything. */
final class Exact {

    /** Of a feed. */
    static final List<Object> SAMPLES = List.of(11, 1_012, 13);

    private Exact() {}

    /** For each element, or each piece, its values. */
    static List<List<Object>> of(Act act) {
        if (act.cell().form() == Form.FEED) {
            return List.of(samples(act));
        }
        List<Object> numbers = act.numbers();
        List<List<Object>> results = new ArrayList<>();
        int step = act.cell().form().inPieces() ? 2 : 1;
        for (int i = 0; i < numbers.size(); i += step) {
            results.add(of(act, numbers.subList(i, i + step)));
        }
        return results;
    }

    /** Whether the hostile one is in that element, or piece. */
    static boolean isBad(Act act, int place) {
        if (act.cell().form() == Form.FEED) {
            return true;
        }
        int step = act.cell().form().inPieces() ? 2 : 1;
        return act.numbers().subList(place * step, (place + 1) * step).contains(Act.BAD);
    }

    private static List<Object> of(Act act, List<Object> piece) {
        Object first = single(act, (Integer) piece.get(0));
        boolean bad = piece.contains(Act.BAD);
        return switch (act.cell().form()) {
            case GROUP, CHORD -> List.of(List.of(piece.get(0), first));
            case CHUNKS -> List.of(List.of(first, single(act, (Integer) piece.get(1))));
            case REDUCE ->
                List.of(
                        bad && act.cell().culprit() == Culprit.RESULT
                                ? RudeValue.plain(act.shape())
                                : (Integer) piece.get(0) + (Integer) piece.get(1));
            case NESTED -> act.cell().givesSeveral() ? List.of(several(act, (Integer) piece.get(0))) : List.of(first);
            default -> act.cell().givesSeveral() ? several(act, (Integer) piece.get(0)) : List.of(first);
        };
    }

    private static Object single(Act act, int number) {
        boolean rude = number == Act.BAD && act.cell().culprit() == Culprit.RESULT;
        return rude ? RudeValue.plain(act.shape()) : 2 * number;
    }

    private static List<Object> several(Act act, int number) {
        Cell cell = act.cell();
        if (number == Act.BAD && (cell.culprit() == Culprit.MONO || cell.culprit() == Culprit.RESULT)) {
            return List.of(single(act, number)); // one value is a result, too
        }
        List<Object> items = items(number);
        return number == Act.BAD && cell.culprit() == Culprit.ITEM ? with(items, RudeValue.plain(act.shape())) : items;
    }

    private static List<Object> samples(Act act) {
        return act.cell().culprit() == Culprit.ITEM ? with(SAMPLES, RudeValue.plain(act.shape())) : SAMPLES;
    }

    /** What a task of several values gives. */
    static List<Object> items(int number) {
        return List.of(number, number + 1, number + 2);
    }

    /** The last one is another. */
    static List<Object> with(List<Object> items, Object other) {
        return List.of(items.get(0), items.get(1), other);
    }
}
