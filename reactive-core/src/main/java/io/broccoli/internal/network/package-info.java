/** Several networks behind one transport, and the sides of a relay. */
@NullMarked
package io.broccoli.internal.network;

import org.jspecify.annotations.NullMarked;
