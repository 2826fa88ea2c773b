/**
 * The one contract that every transport must pass: {@link io.broccoli.transport.contract.TransportContract}. A transport brings a
 * {@link io.broccoli.transport.contract.TestNetwork}.
 */
@NullMarked
package io.broccoli.transport.contract;

import org.jspecify.annotations.NullMarked;
