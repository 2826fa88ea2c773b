package io.broccoli.internal.node;

import io.broccoli.internal.base.MemberContext;

/** What the runs of a node's tasks make use of. */
record RunServices(
        MemberContext context,
        Workers workers,
        HandlerFluxes fluxes,
        NodeFeeds feeds,
        SubTasks.Host subTasks,
        TaskLimit limit) {}
