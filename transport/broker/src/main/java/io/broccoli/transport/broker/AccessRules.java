package io.broccoli.transport.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each user may publish and subscribe to, in lines of mosquitto's {@code acl_file}: {@code pattern write a/%u} for all users,
 * and {@code topic read b} below {@code user ann} for one. What no line allows is refused.
 */
final class AccessRules {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_RULES = 4_096;
    private static final int LONGEST_FILTER = 1_024;

    /** @param user null: of all users */
    private record Line(@Nullable String user, boolean reads, boolean writes, String filter) {}

    /** What one user may do with the topics that the filter names. */
    record Rule(boolean reads, boolean writes, String filter) {}

    private final List<Line> lines;

    private AccessRules(List<Line> lines) {
        this.lines = lines;
    }

    /** Those of a cluster: each user is the member of its name, and no other one. */
    static AccessRules ofMembers() {
        try (InputStream rules = AccessRules.class.getResourceAsStream("mosquitto.acl")) {
            if (rules == null) {
                throw new IOException("mosquitto.acl is missing from the jar");
            }
            return parse("the rules of members", new String(rules.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BrokerStartException("no access rules for the embedded broker: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the file cannot be read, or has a line that is not understood; the message says which */
    static AccessRules read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(file + " has more than " + MOST_BYTES + " bytes; it has no rules");
            }
            return parse(file.toString(), Files.readString(file));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file of rules " + file + " cannot be read: " + unreadable);
        }
    }

    /** @param from names the text in messages */
    static AccessRules parse(String from, String text) {
        List<Line> lines = new ArrayList<>();
        String user = null;
        int number = 0;
        for (String each : text.lines().toList()) {
            number++;
            String line = each.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = from + ", line " + number + ": ";
            String[] words = line.split("\\s+", 2);
            String rest = words.length == 2 ? words[1] : "";
            if (words[0].equals("user") && !rest.isEmpty()) {
                user = rest;
            } else if (words[0].equals("pattern") && !rest.isEmpty()) {
                lines.add(line(where, null, rest));
            } else if (words[0].equals("topic") && !rest.isEmpty() && user != null) {
                lines.add(line(where, user, rest));
            } else {
                throw new IllegalArgumentException(where + "a rule is 'pattern [read|write|readwrite] TOPIC', or 'topic"
                        + " [read|write|readwrite] TOPIC' below 'user NAME'");
            }
            if (lines.size() > MOST_RULES) {
                throw new IllegalArgumentException(where + "more than " + MOST_RULES + " rules");
            }
        }
        return new AccessRules(lines);
    }

    private static Line line(String where, @Nullable String user, String rest) {
        String[] words = rest.split("\\s+", 2);
        boolean says = words.length == 2;
        String access = says ? words[0] : "readwrite";
        String filter = says ? words[1] : words[0];
        boolean reads = access.startsWith("read"); // readwrite too
        boolean writes = access.endsWith("write");
        if (!List.of("read", "write", "readwrite").contains(access)) {
            throw new IllegalArgumentException(where + "'" + access + "' is none of read, write and readwrite");
        }
        if (filter.length() > LONGEST_FILTER || !isFilter(filter) || filter.contains("%c")) {
            throw new IllegalArgumentException(where + "a topic has at most " + LONGEST_FILTER
                    + " characters, + and # only as whole levels, # only at its end, and %u for the name of the user");
        }
        return new Line(user, reads, writes, filter);
    }

    private static boolean isFilter(String filter) {
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean wild = levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0;
            boolean whole = levels[i].equals("+") || (levels[i].equals("#") && i == levels.length - 1);
            if (wild && !whole) {
                return false;
            }
        }
        return !filter.isEmpty() && filter.indexOf(0) < 0;
    }

    List<Rule> of(String user) {
        return lines.stream()
                .filter(each -> each.user() == null || each.user().equals(user))
                .map(each -> new Rule(
                        each.reads(),
                        each.writes(),
                        each.user() == null ? each.filter().replace("%u", user) : each.filter()))
                .toList();
    }
}
