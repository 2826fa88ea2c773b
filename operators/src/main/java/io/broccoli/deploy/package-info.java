/**
 * New functions for nodes that run: modules, brought to all nodes or to some, signed with the cluster's key.
 *
 * <p>Entry: {@link io.broccoli.deploy.Modules}, which brings a {@link io.broccoli.deploy.Module} and tells what becomes of it as
 * {@link io.broccoli.deploy.DeploymentEvent}s. All of it is ordinary tasks ({@code deploy.begin}, {@code chunk}, {@code commit},
 * {@code remove}, {@code modules}) of nodes that were given a key, so it goes over the same credits as other work and needs no
 * frames of its own.
 */
@NullMarked
package io.broccoli.deploy;

import org.jspecify.annotations.NullMarked;
