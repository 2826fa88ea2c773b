/**
 * What {@code broccoli quickstart} plays: {@link io.broccoli.examples.quickstart.Demonstrations}, then
 * {@link io.broccoli.examples.quickstart.EarthquakeStream}, a week of earthquakes through twelve small nodes. Read
 * {@code EarthquakeStream} first: it is the example; the rest is its data ({@link io.broccoli.examples.quickstart.Catalog}),
 * its tasks ({@link io.broccoli.examples.quickstart.QuakeTasks}), what the viewer sees, and the check.
 */
@NullMarked
package io.broccoli.examples.quickstart;

import org.jspecify.annotations.NullMarked;
