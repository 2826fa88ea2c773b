package io.broccoli.examples;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Groups of classes that all reach each other: the strongly connected components of their dependencies (R. Tarjan, 1972). */
final class ClassCycles {

    private final Map<String, Set<String>> known;
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> isOpen = new HashSet<>();
    private final List<Set<String>> groups = new ArrayList<>();

    private ClassCycles(Map<String, Set<String>> known) {
        this.known = known;
    }

    /** Those of more than one class; what is nested in a class is a part of it. */
    static List<Set<String>> in(JavaClasses classes) {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass type : classes) {
            Set<String> of = known.computeIfAbsent(outermost(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(each -> each.getTargetClass().getBaseComponentType())
                    .filter(each -> classes.contain(each.getName()))
                    .map(ClassCycles::outermost)
                    .forEach(of::add);
        }
        ClassCycles cycles = new ClassCycles(known);
        known.keySet().stream().filter(each -> !cycles.order.containsKey(each)).forEach(cycles::visit);
        return cycles.groups;
    }

    private static String outermost(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private void visit(String name) {
        int number = order.size();
        order.put(name, number);
        lowest.put(name, number);
        open.push(name);
        isOpen.add(name);
        for (String other : known.getOrDefault(name, Set.of())) {
            if (!order.containsKey(other)) {
                visit(other);
                lowest.merge(name, lowest.getOrDefault(other, number), Math::min);
            } else if (isOpen.contains(other)) {
                lowest.merge(name, order.getOrDefault(other, number), Math::min);
            }
        }
        if (lowest.getOrDefault(name, -1) == number) {
            close(name);
        }
    }

    private void close(String first) {
        Set<String> group = new TreeSet<>();
        String next;
        do {
            next = open.pop();
            isOpen.remove(next);
            group.add(next);
        } while (!next.equals(first));
        if (group.size() > 1) {
            groups.add(group);
        }
    }
}
