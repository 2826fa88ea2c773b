/**
 * Users' code and values at their worst, against whole members in virtual time.
 *
 * <p>The matrix has five columns: in what {@link io.broccoli.hostile.Form form} an element is under way, which
 * {@link io.broccoli.hostile.Culprit culprit} misbehaves, {@link io.broccoli.hostile.When when} it does,
 * {@link io.broccoli.hostile.Where on which thread}, and {@link io.broccoli.hostile.What what} it throws. A
 * {@link io.broccoli.hostile.Cell} has one value of each. {@link io.broccoli.hostile.Impossible} lists the cells that cannot exist,
 * each with its reason; {@link io.broccoli.hostile.Matrix} deals the others to worlds.
 *
 * <p>A {@link io.broccoli.hostile.HostileWorld} has two nodes, a client, an {@link io.broccoli.hostile.Act} for each of its cells,
 * and streams {@link io.broccoli.hostile.Beside beside} them. {@link io.broccoli.hostile.Expected} is the table of what must become
 * of each cell; {@link io.broccoli.hostile.Verdict} compares. When all has ended, {@link io.broccoli.hostile.Remains} looks for
 * workers, places and credits that are not free, and the {@link io.broccoli.hostile.Overseer} for what was logged or dropped.
 */
@NullMarked
package io.broccoli.hostile;

import org.jspecify.annotations.NullMarked;
