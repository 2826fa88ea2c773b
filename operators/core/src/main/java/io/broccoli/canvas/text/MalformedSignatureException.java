package io.broccoli.canvas.text;

/** A text or a tree is not a signature. The message says what is wrong and where. */
public final class MalformedSignatureException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String where;

    private MalformedSignatureException(String message, String where) {
        super(message);
        this.where = where;
    }

    /** A message with the problem, the position, the line, and a mark below the position. */
    static MalformedSignatureException inText(String problem, String text, int offset) {
        int begin = text.lastIndexOf('\n', offset - 1) + 1;
        int end = text.indexOf('\n', offset);
        String line = text.substring(begin, end < 0 ? text.length() : end);
        int column = offset - begin + 1;
        long number = text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
        String where = (text.indexOf('\n') < 0 ? "" : "line " + number + ", ") + "column " + column;
        return new MalformedSignatureException(problem + " at " + where + "\n" + marked(line, column - 1), where);
    }

    static MalformedSignatureException inTree(String problem, String path) {
        return new MalformedSignatureException(path + ": " + problem, path);
    }

    /** The position: "column 12" or "line 2, column 5" in a text, a path such as {@code $.steps[2].name} in a tree. */
    public String where() {
        return where;
    }

    /**
     * The line, or a part of a long one, and a caret below the position. Control characters would shift the caret and
     * are replaced.
     */
    private static String marked(String line, int at) {
        int from = Math.max(0, at - 60);
        int to = Math.min(line.length(), at + 40);
        String part = line.substring(from, to).replaceAll("\\p{Cntrl}", " ");
        return (from > 0 ? "…" : "") + part + (to < line.length() ? "…" : "") + "\n"
                + " ".repeat(at - from + (from > 0 ? 1 : 0)) + "^";
    }
}
