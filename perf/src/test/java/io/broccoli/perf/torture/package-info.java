/**
 * What happens to a real cluster: processes that are killed and frozen, a broker that dies, frames that are lost and come twice.
 * {@link io.broccoli.perf.torture.RealCluster} has the processes.
 */
@NullMarked
package io.broccoli.perf.torture;

import org.jspecify.annotations.NullMarked;
