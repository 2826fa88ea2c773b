package io.broccoli.cluster;

import java.lang.reflect.Type;

/**
 * What one element does on the cluster: which work it sends, and what its result is. Called on the member's serial executor, so
 * it never blocks and needs no locks; one plan serves all elements of a stream, so what belongs to one element is kept by the
 * {@link Run.Then}s that it passes on.
 *
 * @param <I> the elements
 * @param <R> their results
 */
public interface Plan<I, R> {

    /**
     * Begins an element: submits work, or ends the run at once. An exception ends the element as BAD_ARGUMENTS.
     */
    void begin(I element, Run run);

    /** What the value that the run succeeds with is read as. */
    Type resultType();
}
