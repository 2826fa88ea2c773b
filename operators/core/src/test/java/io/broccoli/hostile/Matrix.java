package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * All cells that can exist, dealt to worlds like cards: whatever number the first one has, worlds in a row get each form, culprit
 * and time once, in another order each time, before they get any of them again, and then with another thing that is thrown.
 */
final class Matrix {

    /** Cells of a world, but for those that block a thread: of these there is one in every other world that can have them. */
    private static final int CELLS = 9;

    static final List<Cell> POSSIBLE = all().filter(Matrix::canExist).toList();

    private static final Map<Where, List<Spot>> QUIET = spots(false);
    private static final Map<Where, List<Spot>> BLOCKING = spots(true);

    /** Cells that differ in what is thrown only. */
    private record Spot(List<Cell> cells) {
        Cell cell(long pass, int place) {
            return cells.get((int) Math.floorMod(pass + place, (long) cells.size()));
        }
    }

    private Matrix() {}

    /** The cells of a world. */
    static List<Cell> deal(long seed) {
        Where where = where(seed);
        long turn = Math.floorDiv(seed, Where.values().length);
        List<Cell> dealt = new ArrayList<>(deal(QUIET.getOrDefault(where, List.of()), turn * CELLS, CELLS));
        if (turn % 2 == 0 && where != Where.CALLER) {
            dealt.addAll(deal(BLOCKING.getOrDefault(where, List.of()), turn / 2, 1));
        }
        return dealt;
    }

    static Where where(long seed) {
        return Where.values()[(int) Math.floorMod(seed, (long) Where.values().length)];
    }

    private static List<Cell> deal(List<Spot> spots, long from, int count) {
        List<Cell> dealt = new ArrayList<>();
        for (long i = from; i < from + count; i++) {
            long pass = Math.floorDiv(i, spots.size());
            int place = shuffled(spots.size(), pass).get((int) Math.floorMod(i, (long) spots.size()));
            dealt.add(spots.get(place).cell(pass, place));
        }
        return dealt;
    }

    private static List<Integer> shuffled(int size, long pass) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            places.add(i);
        }
        Collections.shuffle(places, new Random(pass));
        return places;
    }

    // ---- all there are

    /** Those that cannot exist, too. */
    static Stream<Cell> all() {
        return Stream.of(Where.values())
                .flatMap(where -> Stream.of(Form.values()).flatMap(form -> Stream.of(Culprit.values())
                        .flatMap(culprit -> Stream.of(When.values()).flatMap(when -> Stream.of(What.values())
                                .map(what -> new Cell(form, culprit, when, where, what))))));
    }

    private static boolean canExist(Cell cell) {
        return Impossible.ALL.stream().noneMatch(such -> such.holds().test(cell));
    }

    private static Map<Where, List<Spot>> spots(boolean blocking) {
        Map<Where, Map<String, List<Cell>>> byPlace = new EnumMap<>(Where.class);
        for (Cell cell : POSSIBLE) {
            if (cell.blocks() == blocking) {
                byPlace.computeIfAbsent(cell.where(), where -> new LinkedHashMap<>())
                        .computeIfAbsent(
                                cell.form() + " " + cell.culprit() + " " + cell.when(), spot -> new ArrayList<>())
                        .add(cell);
            }
        }
        Map<Where, List<Spot>> spots = new EnumMap<>(Where.class);
        byPlace.forEach((where, cells) ->
                spots.put(where, cells.values().stream().map(Spot::new).toList()));
        return spots;
    }
}
