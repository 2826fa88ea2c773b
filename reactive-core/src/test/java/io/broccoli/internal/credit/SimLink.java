package io.broccoli.internal.credit;

/** A simulated producer's link to a node. */
final class SimLink {

    final String node;
    final CreditLink<SimElement.Copy> credit;
    long lastCtl;
    long drainingBoot; // the life of the node that said so; 0: it takes tasks
    boolean gone;
    boolean sending;
    long goneSince;
    long idleSince = -1; // since when nothing waits for it

    SimLink(String node, CreditLink<SimElement.Copy> credit) {
        this.node = node;
        this.credit = credit;
    }

    boolean isTarget() {
        return !gone && drainingBoot == 0;
    }

    /** Credit that may be used now. */
    long usable() {
        return gone ? 0 : credit.usable();
    }
}
