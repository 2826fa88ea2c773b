/**
 * Samples and news of their sources as lines of JSON: {@link io.broccoli.examples.events.EventLines} reads them,
 * {@link io.broccoli.examples.events.Folds} has what windows are reduced by.
 */
@NullMarked
package io.broccoli.examples.events;

import org.jspecify.annotations.NullMarked;
