package io.broccoli.internal.producer;

import io.broccoli.internal.base.MemberContext;

/** What the streams of one member share. */
record Services(
        MemberContext context, Agenda agenda, Topology topology, Launches launches, Endings endings, Reasons reasons) {}
