/**
 * Deployment of modules (files of functions) to running nodes, signed with the cluster's key.
 *
 * <p>{@link io.broccoli.deploy.Modules} deploys a {@link io.broccoli.deploy.Module} and emits
 * {@link io.broccoli.deploy.DeploymentEvent}s. {@link io.broccoli.deploy.ModuleReceiver} lets a JVM node accept
 * modules. {@link io.broccoli.deploy.BoardSettings} changes the settings of boards.
 *
 * <p>A deployment consists of ordinary tasks ({@code deploy.begin}, {@code chunk}, {@code commit}, {@code remove},
 * {@code modules}, {@code configure}) of nodes that were given a key. So it uses the same credit as other work, and no
 * frames of its own.
 */
@NullMarked
package io.broccoli.deploy;

import org.jspecify.annotations.NullMarked;
