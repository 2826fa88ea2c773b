package io.broccoli.canvas.text;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes signatures as trees of maps, lists and plain values: the JSON form. All methods are pure functions.
 *
 * <pre>{@code
 * {"op": "task", "name": "add", "args": [2, 2], "kwargs": {}, "immutable": false}      only op and name are required
 * {"op": "chain", "steps": [...]}     {"op": "group", "members": [...]}     {"op": "chord", "header": [...], "body": {...}}
 * {"op": "map" or "starmap", "task": "add", "items": [...]}     {"op": "chunks", "task": "add", "items": [...], "size": 10}
 * {"op": "call", "expr": {...}, "args": [...], "kwargs": {}}      run expr with these upstream values
 * }</pre>
 */
public final class SignatureTree {

    /** The deepest nesting of signatures. */
    public static final int DEEPEST = 200;

    private SignatureTree() {}

    /**
     * Reads a tree.
     *
     * @throws MalformedSignatureException if the tree is not a signature; the message names the path. No other
     *     exception is thrown
     */
    @SuppressWarnings("unchecked") // tasks in a tree are tasks of Object
    public static Signature<Object> read(@Nullable Object tree) {
        return (Signature<Object>) signature(tree, "$", 0);
    }

    /**
     * The tree of a signature. The result type is not part of it. Values are copied as they are.
     *
     * @throws IllegalArgumentException if it is nested deeper than {@link #DEEPEST}
     */
    public static Map<String, @Nullable Object> write(Signature<?> signature) {
        return write(signature, 0);
    }

    private static Signature<?> signature(@Nullable Object tree, String path, int depth) {
        if (depth > DEEPEST) {
            throw MalformedSignatureException.inTree("nested deeper than " + DEEPEST, path);
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw MalformedSignatureException.inTree("expected a signature, not " + found(tree), path);
        }
        Fields fields = new Fields(map, path);
        String op = fields.text("op");
        switch (op) {
            case "task" -> {
                fields.only("name", "args", "kwargs", "immutable");
                return new Signature.Call<>(
                        fields.task("name"),
                        fields.list("args", false),
                        fields.map("kwargs"),
                        fields.flag("immutable"));
            }
            case "chain" -> {
                fields.only("steps");
                return new Signature.Chain<>(signatures(fields, "steps", depth));
            }
            case "group" -> {
                fields.only("members");
                return new Signature.Group<>(signatures(fields, "members", depth));
            }
            case "chord" -> {
                fields.only("header", "body");
                return new Signature.Chord<>(
                        signatures(fields, "header", depth), signature(map.get("body"), path + ".body", depth + 1));
            }
            case "map", "starmap" -> {
                fields.only("task", "items");
                return new Signature.Each<>(fields.task("task"), fields.list("items", true), op.equals("starmap"));
            }
            case "chunks" -> {
                fields.only("task", "items", "size");
                return new Signature.Chunks<>(fields.task("task"), fields.list("items", true), fields.size("size"));
            }
            case "call" -> {
                fields.only("expr", "args", "kwargs");
                return new Signature.Applied<>(
                        signature(map.get("expr"), path + ".expr", depth + 1),
                        fields.list("args", false),
                        fields.map("kwargs"));
            }
            default ->
                throw MalformedSignatureException.inTree(
                        "unknown op '" + op + "'; there are task, chain, group, chord, map, starmap, chunks and call",
                        path + ".op");
        }
    }

    private static List<Signature<?>> signatures(Fields fields, String name, int depth) {
        List<Signature<?>> all = new ArrayList<>();
        int index = 0;
        for (Object each : fields.list(name, true)) {
            all.add(signature(each, fields.path + "." + name + "[" + index++ + "]", depth + 1));
        }
        return all;
    }

    /** The fields of one signature. */
    private record Fields(Map<?, ?> map, String path) {

        void only(String... names) {
            for (Object key : map.keySet()) {
                if (!"op".equals(key) && !Set.of(names).contains(String.valueOf(key))) {
                    throw wrong(String.valueOf(key), "unknown; there are " + String.join(", ", names));
                }
            }
        }

        String text(String name) {
            if (map.get(name) instanceof String text) {
                return text;
            }
            throw wrong(name, "expected a string, not " + found(map.get(name)));
        }

        Task<Object> task(String name) {
            String task = text(name);
            if (task.isEmpty() || task.length() > 128) {
                throw wrong(name, "a task's name has 1 to 128 characters, not " + task.length());
            }
            return Task.of(task);
        }

        List<@Nullable Object> list(String name, boolean required) {
            Object value = map.get(name);
            if (value == null && !required) {
                return List.of();
            }
            if (value instanceof List<?> list) {
                return new ArrayList<>(list);
            }
            throw wrong(name, "expected a list, not " + found(value));
        }

        Map<String, @Nullable Object> map(String name) {
            Object value = map.get(name);
            if (value == null) {
                return Map.of();
            }
            if (!(value instanceof Map<?, ?> given)) {
                throw wrong(name, "expected a map, not " + found(value));
            }
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            given.forEach((key, each) -> all.put(String.valueOf(key), each));
            return all;
        }

        boolean flag(String name) {
            Object value = map.get(name);
            if (value == null || value instanceof Boolean) {
                return Boolean.TRUE.equals(value);
            }
            throw wrong(name, "expected true or false, not " + found(value));
        }

        int size(String name) {
            if (map.get(name) instanceof Number size && size.doubleValue() == size.intValue() && size.intValue() >= 1) {
                return size.intValue();
            }
            throw wrong(name, "expected a whole number of at least 1, not " + found(map.get(name)));
        }

        private MalformedSignatureException wrong(String name, String problem) {
            return MalformedSignatureException.inTree(problem, path + "." + name);
        }
    }

    private static String found(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        String kind = value instanceof Map
                ? "a map"
                : value instanceof List ? "a list" : value instanceof String ? "a string" : String.valueOf(value);
        return kind.length() > 40 ? kind.substring(0, 40) + "…" : kind;
    }

    private static Map<String, @Nullable Object> write(Signature<?> signature, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("the signature is nested deeper than " + DEEPEST);
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        if (signature instanceof Signature.Call<?> call) {
            tree.put("op", "task");
            tree.put("name", call.task().name());
            tree.put("args", call.args());
            tree.put("kwargs", call.kwargs());
            tree.put("immutable", call.immutable());
        } else if (signature instanceof Signature.Chain<?> chain) {
            tree.put("op", "chain");
            tree.put("steps", writeAll(chain.steps(), depth));
        } else if (signature instanceof Signature.Group<?> group) {
            tree.put("op", "group");
            tree.put("members", writeAll(group.members(), depth));
        } else if (signature instanceof Signature.Chord<?> chord) {
            tree.put("op", "chord");
            tree.put("header", writeAll(chord.header(), depth));
            tree.put("body", write(chord.body(), depth + 1));
        } else if (signature instanceof Signature.Each<?> each) {
            tree.put("op", each.spread() ? "starmap" : "map");
            tree.put("task", each.task().name());
            tree.put("items", each.items());
        } else if (signature instanceof Signature.Chunks<?> chunks) {
            tree.put("op", "chunks");
            tree.put("task", chunks.task().name());
            tree.put("items", chunks.items());
            tree.put("size", chunks.size());
        } else if (signature instanceof Signature.Applied<?> applied) {
            tree.put("op", "call");
            tree.put("expr", write(applied.signature(), depth + 1));
            tree.put("args", applied.args());
            tree.put("kwargs", applied.kwargs());
        } else if (signature instanceof Signature.As<?> as) {
            return write(as.signature(), depth + 1);
        }
        return tree;
    }

    private static List<Map<String, @Nullable Object>> writeAll(List<Signature<?>> signatures, int depth) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>(signatures.size());
        for (Signature<?> each : signatures) {
            all.add(write(each, depth + 1));
        }
        return all;
    }
}
