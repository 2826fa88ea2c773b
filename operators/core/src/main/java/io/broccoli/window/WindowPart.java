package io.broccoli.window;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes of windows that are cut into pieces while they are open ({@link EventStage#inPieces}); for operators that fold
 * the pieces elsewhere, as {@code canvas.reduce} does.
 *
 * @param <T> the type of the elements
 */
public sealed interface WindowPart<T> {

    /**
     * Elements of one key and pane, in the order of arrival. The stage keeps the piece in their place, so each window that
     * they are in has it, each time that it fires. Not thread-safe.
     *
     * @param <T> the type of the elements
     */
    final class Piece<T> implements WindowPart<T> {
        private List<T> elements;
        private @Nullable Object folded;

        Piece(List<T> elements) {
            this.elements = elements;
        }

        /** The elements; empty once they were folded. */
        public List<T> elements() {
            return elements;
        }

        /** Keeps what the elements were folded to, and forgets them. */
        public void fold(Object value) {
            folded = value;
            elements = List.of();
        }

        /** What the elements were folded to; null if they were not yet. */
        public @Nullable Object folded() {
            return folded;
        }
    }

    /**
     * A window that fired. All its pieces came before it.
     *
     * @param <T> the type of the elements
     * @param window has pieces and, behind those of their pane, elements that are in no piece
     */
    record Fired<T>(WindowResult<?, List<Object>> window) implements WindowPart<T> {}
}
