package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;

/** Somebody who gets frames, and whose timers die with it. */
abstract class Member {

    final World world;
    final String name;
    boolean alive = true;
    int life = 1;

    Member(World world, String name) {
        this.world = world;
        this.name = name;
        world.members.put(name, this);
    }

    abstract void receive(String from, Frame frame);

    /** Runs an action later, if this life lasts so long. */
    final void timer(long pause, Runnable action) {
        int thisLife = life;
        world.after(pause, () -> {
            if (alive && life == thisLife) {
                world.touched = this;
                action.run();
            }
        });
    }

    /** Looks for broken invariants; after each event that this member had a part in. */
    void check() {}

    /** Looks for what is left when all has ended. */
    void checkEmpty() {}
}
