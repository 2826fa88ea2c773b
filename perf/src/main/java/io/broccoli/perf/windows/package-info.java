/**
 * Windows over event time beside those of others: {@link io.broccoli.perf.windows.WindowsBench} is the command, and each contender
 * runs in a process of its own. Flink is a contender where the profile {@code flink} built this module.
 */
@NullMarked
package io.broccoli.perf.windows;

import org.jspecify.annotations.NullMarked;
