package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Plays worlds, one after the other. */
final class HostileWorlds {

    private HostileWorlds() {}

    /** @return what is wrong, and how to play it again; or nothing */
    static String play(long seed, List<Cell> cells) {
        String wrong = new HostileWorld(seed, cells).run();
        return wrong.isEmpty()
                ? ""
                : "The world of -Dbroccoli.seed=" + seed + " with\n  "
                        + String.join("\n  ", cells.stream().map(Cell::toString).toList()) + "\nwent wrong:\n" + wrong;
    }

    static String play(long seed) {
        return play(seed, Matrix.deal(seed));
    }

    /**
     * One cell a world, until something is wrong. Called by what mutates classes, too.
     *
     * @param scenario a pattern of cells
     */
    static String play(String scenario, long firstSeed, int worlds) {
        List<Cell> cells = matching(scenario);
        Collections.shuffle(cells, new Random(firstSeed));
        String wrong = "";
        for (int i = 0; i < Math.min(worlds, cells.size()) && wrong.isEmpty(); i++) {
            wrong = play(firstSeed + i, cells.subList(i, i + 1));
        }
        return wrong;
    }

    /** One cell a world: what is wrong with each of them. */
    static List<String> playEach(String scenario, long seed) {
        return matching(scenario).stream()
                .map(cell -> play(seed, List.of(cell)))
                .filter(wrong -> !wrong.isEmpty())
                .toList();
    }

    private static List<Cell> matching(String scenario) {
        Pattern pattern = Pattern.compile(scenario);
        return new ArrayList<>(Matrix.POSSIBLE.stream()
                .filter(cell -> pattern.matcher(cell.toString()).matches())
                .toList());
    }
}
