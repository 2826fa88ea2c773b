package io.broccoli.internal.base;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names of members of whom something was said, so that it is said once. Anybody can make up names: where there are too many, the one
 * that came first is forgotten. Not for several threads at a time.
 */
public final class RecentNames {

    private final int most;
    private final Set<String> names = new LinkedHashSet<>();

    /** @param most that are remembered */
    public RecentNames(int most) {
        this.most = most;
    }

    /** @return whether it was not remembered */
    public boolean add(String name) {
        boolean isNew = names.add(name);
        if (names.size() > most) {
            names.remove(names.iterator().next());
        }
        return isNew;
    }
}
