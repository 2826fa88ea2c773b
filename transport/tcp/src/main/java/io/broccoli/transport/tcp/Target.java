package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/** An address to dial, and how that went. Belongs to {@link Targets}. */
final class Target {

    final Host host;
    /** Whether the user named it; such a one is never forgotten. */
    final boolean seed;

    /** Who listens there; null: not known yet. */
    @Nullable String member;
    /** The life of that member. */
    long started;
    /** Whether it is this member itself. */
    boolean self;

    /** Who told of it, while nobody has confirmed it; null: the user, or the member itself. */
    @Nullable String teller;
    /** Its teller left: it gets no more than the attempt that it has. */
    boolean orphan;

    boolean dialing;
    int failures;
    long failingSince;
    long nextAt;

    Target(Host host, boolean seed, @Nullable String member, long started, long nextAt) {
        this.host = host;
        this.seed = seed;
        this.member = member;
        this.started = started;
        this.nextAt = nextAt;
    }

    @Override
    public String toString() {
        return host + (member == null ? "" : " (" + member + ")");
    }
}
