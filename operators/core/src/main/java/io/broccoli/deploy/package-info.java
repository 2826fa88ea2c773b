/**
 * Deployment of modules (files of functions) to running nodes, signed with the cluster's key.
 *
 * <p>{@link io.broccoli.deploy.Modules} deploys a {@link io.broccoli.deploy.Module} and emits
 * {@link io.broccoli.deploy.DeploymentEvent}s. {@link io.broccoli.deploy.ModuleReceiver} lets a JVM node accept
 * modules. {@link io.broccoli.deploy.BoardSettings} changes the settings of boards.
 *
 * <p>A deployment consists of ordinary tasks ({@code deploy.begin}, {@code open}, {@code chunk}, {@code commit},
 * {@code remove}, {@code modules}, {@code configure}, {@code confirm}) of nodes that were given a key. So it uses the
 * same credit as other work, and no frames of its own.
 *
 * <p>At a JVM node {@code DeploymentSteps} has these tasks: {@code Keyring} checks who signed a step, {@code Challenge} makes
 * it good for one deployment, {@code OpenTransfers} bounds what is under way. {@code InstalledModules} loads what is complete,
 * and {@code ModuleFolder} keeps it, signed, on disk. {@code docs/wire-format.md} has the arguments and what is signed.
 */
@NullMarked
package io.broccoli.deploy;

import org.jspecify.annotations.NullMarked;
