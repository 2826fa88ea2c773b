"""A producer's side of its link to one node, as CreditLink on the Java side: how far it may go, what is under way, what it gave up.

No clock, no I/O. Times are ticks in milliseconds.
"""

from broccoli import wire
from broccoli.compat import since

_LEASE = 8000
_REANNOUNCE = 1000
_LEAST_ASK = 50
MOST_CREDIT = 64  # seqs that may be open, or used, at a time, whatever limit a node promises
_MOST_FRAMES = 1 << 48  # of all lives of a link; a greater number is none that was sent
_MOST_RANGES = 64
MOST_DEPTH = 8  # tasks under way on a link

_VOID = 0  # was sent, and counts no more
_SURRENDERED = 1  # was never sent, and never will be


class Sent:
    def __init__(self, element, body):  # no element is an int: these say that it is void
        self.element = element
        self.body = body
        self.sends = 0
        self.at = self.asked = self.ctl = 0
        self.seen = False


class Link:
    """`events` hears of `outcome(element, status, payload)`, `lost(element, may_have_started)` and `items(element, run)`."""

    def __init__(self, producer_epoch, id_base, events, now):
        self.producer_epoch = producer_epoch
        self.id_base = id_base
        self.events = events
        self.open = {}
        self.again = []
        self.new_voids = []
        self.epoch = self.given_up = self.limit = self.ctl = self.echoed = self.want = self.want_ctl = self.voids = 0
        self.announced_want = self.free = 0  # places of the node, as it last told
        self.proven = False  # whether a frame of this epoch went out
        self.next = self.unsent = 1
        self.draining = self.excess = self.silent = False
        self.depth = self.least_depth = 2  # tasks that should be under way: more would wait there while others are idle
        self.shortest = 1 << 29  # round trip
        self.smoothed = 100
        self.variation = 50
        self.waiting_since = None  # when silence began to count
        self.heard_at = self.polled_at = self.paused_at = now
        self.wait = self.poll_ctl = 0  # how long after `paused_at` the next POLL is due
        self.pause = _REANNOUNCE
        self.soon = True

    # ---- credit

    def usable(self):
        return 0 if not self.epoch or self.draining else self.limit - self.next + 1

    def in_flight(self):
        return len(self.open) - self.voids

    def launch(self, element, body, now):
        sent = Sent(element, body)
        sent.at = now
        self.open[self.next] = sent
        self.next += 1
        return self.next - 1

    def wants(self, tasks):
        if tasks != self.want:
            if not self.busy():
                self.waiting_since = None
            self.want = tasks
            self.want_ctl = self.ctl + 1
            if tasks > self.usable() and (self.usable() >= self.announced_want or not self.proven):
                self.soon = True  # the node takes the link for satisfied, or for one that hears nothing
        if not tasks and self.usable() > 0:
            self._surrender(self.usable())

    def tick(self):
        """Once in a re-announce: gives back credit that was more than wanted for all of it."""
        surplus = self.usable() - self.want
        if surplus > 0 and self.excess:
            self._surrender(surplus)
        self.excess = surplus > 0

    def void(self, seq):
        sent = self.open.get(seq)
        if sent and not isinstance(sent.element, int):
            sent.element = _VOID if sent.sends else _SURRENDERED
            if seq in self.again:
                self.again.remove(seq)
            self.voids += 1
            self._new_void(seq, seq)

    def _surrender(self, count):
        self._new_void(self.next, self.next + count - 1)
        for _ in range(count):
            self.open[self.next] = Sent(_SURRENDERED, None)
            self.next += 1
        self.voids += count

    def _new_void(self, first, last):
        if len(self.new_voids) < _MOST_RANGES:
            self.new_voids.append((first, last))  # others go out with the next POLL

    # ---- frames out

    def tasks(self, now, most):
        """The fields of the next TASKS frame, or None."""
        if not self.epoch:
            return None
        first = min(self.again) if self.again else self.unsent
        bodies = []
        seq = first
        while seq < self.next:
            sent = self.open.get(seq)
            due = sent and not isinstance(sent.element, int) and (seq >= self.unsent or seq in self.again)
            if due:
                most -= len(sent.body)
                if bodies and most < 0:
                    break
                if not bodies:
                    first = seq
                while len(bodies) < seq - first:
                    bodies.append(None)
                bodies.append(sent.body)
                if sent.sends:
                    self.again.remove(seq)
                sent.sends += 1
                sent.at = now
                sent.ctl = self.ctl + 1
            elif bodies and seq - first - len(bodies) > 8:
                break
            seq += 1
        self.unsent = max(self.unsent, first + len(bodies) if bodies else seq)
        if not bodies:
            return None
        self._next_frame()
        ask = self._ask_after()
        if self.pause > ask or self.waiting_since is None:
            self.pause = ask
            self.paused_at = now
            self.wait = ask
        return self.producer_epoch, self.epoch, self.ctl, self.want, first, self.id_base + first, bodies

    def cancel(self, everything=False):
        """The fields of the next CANCEL frame, with new voids or all that are not answered, or None."""
        if everything or len(self.new_voids) >= _MOST_RANGES:
            seqs = [seq for seq in self.open if isinstance(self.open[seq].element, int)]
        else:
            seqs = []
            for first, last in self.new_voids:
                seqs.extend(range(first, last + 1))
        self.new_voids = []
        if not self.epoch or not seqs:
            return None
        seqs.sort()
        ranges = [0]
        for seq in seqs:
            if len(ranges) > 1 and ranges[-1] >= seq - 1:
                ranges[-1] = seq
            elif len(ranges) < 2 * _MOST_RANGES:
                ranges += [seq, seq]
        self._next_frame()
        return self.producer_epoch, self.epoch, self.ctl, self.want, ranges

    def _next_frame(self):
        self.ctl += 1
        self.announced_want = self.want
        self.proven = self.epoch != 0
        self.soon = False

    def _ask_after(self):
        return min(_REANNOUNCE, max(_LEAST_ASK, self.smoothed + 4 * self.variation))

    # ---- time

    def busy(self):
        return bool(self.open) or self.want > 0 or self.echoed < self.want_ctl

    def due(self, now):
        """In how many milliseconds `keep` is to be called."""
        wait = self.wait - since(self.paused_at, now)
        answered = self.echoed >= self.poll_ctl
        if not answered:
            wait = min(wait, _REANNOUNCE - since(self.polled_at, now))
        if self.soon:
            wait = 0 if answered else min(wait, _LEAST_ASK - since(self.polled_at, now))
        return max(0, wait)

    def keep(self, now, max_frame, items, out):
        """Asks what is to be asked; gives up a node that is silent for a lease. `out(kind, *fields)` sends."""
        if not self.busy():
            self.waiting_since = None
            return
        if self.waiting_since is None:
            self.waiting_since = now
        if min(since(self.heard_at, now), since(self.waiting_since, now)) > _LEASE:
            self.silent = True
            if self.epoch:
                self.given_up = self.epoch
                self._reset(0)
                self.waiting_since = now
        if self.due(now) > 0:
            return
        if self.voids and self.epoch:
            fields = self.cancel(True)
            if fields:
                out(wire.CANCEL, *fields)
        asked = []
        ask = self._ask_after()
        for seq in sorted(self.open):
            sent = self.open[seq]
            if sent.seen and not isinstance(sent.element, int) and len(asked) < _MOST_RANGES:
                if since(sent.at, now) >= ask and since(sent.asked or sent.at, now) >= ask:
                    sent.asked = now
                    asked.append(seq)
        self._next_frame()
        self.polled_at = self.paused_at = now
        self.poll_ctl = self.ctl
        self.wait = self.pause = min(_REANNOUNCE, 2 * self.pause)
        epoch = self.epoch or -self.given_up
        out(wire.POLL, self.producer_epoch, epoch, self.ctl, self.want, max_frame, 0, asked, items)

    # ---- frames in

    def grant(self, fields, now):
        producer_epoch, epoch, ctl, limit, free, seen = fields
        if producer_epoch != self.producer_epoch or epoch < self.epoch or epoch <= self.given_up:
            return
        if epoch > self.epoch:
            if len(seen) > 1 or seen[0]:
                self.given_up = epoch  # somebody used it: a former life of this link
                self.soon = True
                return
            self._reset(epoch)
            self.echoed = ctl
            if self.ctl < ctl < _MOST_FRAMES:
                self.ctl = ctl
                self.want_ctl = ctl + 1
            if self.want > limit:
                self.soon = True  # only a frame of this epoch proves that it was heard
        self.free = free
        self._hear(ctl, limit, now)
        for seq in sorted(self.open):
            sent = self.open[seq]
            if _among(seq, seen):
                if sent.element == _SURRENDERED and isinstance(sent.element, int):
                    del self.open[seq]
                    self.voids -= 1
                else:
                    sent.seen = True
            elif (
                not isinstance(sent.element, int)
                and 0 < sent.sends
                and sent.ctl < ctl
                and since(sent.at, now) > self.smoothed
                and seq not in self.again
            ):
                self.again.append(seq)

    def results(self, fields, now):
        if fields[wire.PRODUCER_EPOCH] != self.producer_epoch or fields[wire.LINK_EPOCH] != self.epoch:
            return
        self.free = fields[wire.LIMIT + 1]
        self._hear(fields[wire.CTL], fields[wire.LIMIT], now)
        self._outcomes_came(now)
        epoch = self.epoch
        for first, status, payloads in fields[wire.RESULTS_ENTRIES]:
            count = payloads if isinstance(payloads, int) else len(payloads)
            for seq in [each for each in self.open if first <= each < first + count]:
                if self.epoch == epoch:
                    self._result(seq, status, None if isinstance(payloads, int) else payloads[seq - first], now)

    def _outcomes_came(self, now):
        wait = min(self._ask_after(), _REANNOUNCE - since(self.polled_at, now))
        if wait > self.wait - since(self.paused_at, now):
            self.paused_at = now
            self.wait = wait

    def _result(self, seq, status, payload, now):
        sent = self.open.pop(seq, None)
        if sent is None:
            return
        if seq in self.again:
            self.again.remove(seq)
        if isinstance(sent.element, int):
            self.voids -= 1
            return
        if sent.sends == 1 and status <= wire.BAD_ARGUMENTS:
            taken = since(sent.at, now)
            self.variation += (abs(taken - self.smoothed) - self.variation) // 4
            self.smoothed += (taken - self.smoothed) // 8
            self.shortest = min(self.shortest, taken)
            if taken <= 2 * self.shortest + 5:
                self.depth = min(MOST_DEPTH, self.depth + 1)
            else:  # it waited there
                self.depth = max(self.least_depth, self.depth - 1)
        if status == wire.RETURNED and payload == b"\x00":
            self.draining = True
        self.events.outcome(sent.element, status, payload)

    def items(self, fields, now):
        if fields[wire.PRODUCER_EPOCH] != self.producer_epoch or fields[wire.LINK_EPOCH] != self.epoch:
            return
        self.heard_at = now
        self._outcomes_came(now)
        for run in fields[wire.ITEMS_ENTRIES]:
            sent = self.open.get(run[0])
            if sent and not isinstance(sent.element, int):
                sent.seen = True
                sent.asked = now
                if run[0] in self.again:
                    self.again.remove(run[0])
                self.events.items(sent.element, run)

    def _hear(self, ctl, limit, now):
        self.heard_at = now
        self.silent = False
        self.echoed = max(self.echoed, ctl)
        self.limit = max(self.limit, min(limit, self.next - 1 + MOST_CREDIT - len(self.open)))

    def restart(self, producer_epoch):
        """Goes on in a new life."""
        self._reset(0)
        self.producer_epoch = producer_epoch
        self.given_up = 0
        self.soon = True

    def gone(self):
        self.given_up = max(self.given_up, self.epoch)
        self._reset(0)
        self.want = self.want_ctl = 0
        self.waiting_since = None

    def _reset(self, epoch):
        lost = [self.open[seq] for seq in sorted(self.open)]
        self.open = {}
        self.again = []
        self.new_voids = []
        self.voids = self.limit = self.echoed = 0
        self.epoch = epoch
        self.proven = False
        self.id_base += self.next - 1
        self.next = self.unsent = 1
        for sent in lost:
            if not isinstance(sent.element, int):
                self.events.lost(sent.element, sent.sends > 0)


def _among(seq, ranges):
    if seq <= ranges[0]:
        return True
    for i in range(1, len(ranges), 2):
        if ranges[i] <= seq <= ranges[i + 1]:
            return True
    return False
