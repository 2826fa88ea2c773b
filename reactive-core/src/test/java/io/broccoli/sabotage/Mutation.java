package io.broccoli.sabotage;

import java.util.ArrayList;
import java.util.List;

/**
 * A deliberate flaw: lines of the sources with another text, and where it must be noticed.
 *
 * @param scenario where it is noticed first
 * @param edits each replaces a text that stands exactly once in its file
 */
public record Mutation(String name, String scenario, List<Edit> edits) {

    /** @param file the simple name of a class */
    public record Edit(String file, String text, String replacement) {}

    public static Mutation of(String name, String scenario, String file, String text, String replacement) {
        return new Mutation(name, scenario, List.of(new Edit(file, text, replacement)));
    }

    public Mutation and(String file, String text, String replacement) {
        List<Edit> all = new ArrayList<>(edits);
        all.add(new Edit(file, text, replacement));
        return new Mutation(name, scenario, List.copyOf(all));
    }

    @Override
    public String toString() {
        return name;
    }
}
