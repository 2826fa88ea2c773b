"""A node's side of its links: the ledger keeps `held + unused credit <= capacity` whatever producers do. No clock, no tasks, no I/O.

The same as CreditLedger on the Java side; times are ticks in milliseconds.
"""

from broccoli import frames, wire
from broccoli.compat import since, ticks_add

_LEASE = 8000
_MOST_WEIGHT = 16  # no producer counts for more than so many, whatever it says
_LEAST_FRAME = 256
_EPOCH_BITS = 24
_STRIDE = 720720  # what a place counts; the weights from 1 to 16 divide it
_TICK = 4000  # ms, half a lease: link numbers are ticks, so only time uses them up


class Seen:
    """Seqs as [floor, first, last, first, last...]: no more ranges than there are holes, and these are unused credit."""

    def __init__(self):
        self.ranges = [0]
        self.count = 0

    def _after(self, seq):
        """The index at which the first range begins that is above it; at the one below ends the range before."""
        i = len(self.ranges)
        while i > 1 and self.ranges[i - 2] > seq:
            i -= 2
        return i

    def __contains__(self, seq):
        return seq <= self.ranges[self._after(seq) - 1]

    def add(self, seq):
        r = self.ranges
        i = self._after(seq)
        if seq <= r[i - 1]:
            return False
        self.count += 1
        joins_before = r[i - 1] == seq - 1
        joins_next = i < len(r) and r[i] == seq + 1
        if joins_before and joins_next:
            r[i - 1 : i + 1] = ()
        elif joins_before:
            r[i - 1] = seq
        elif joins_next:
            r[i] = seq
        else:
            r[i:i] = (seq, seq)
        return True


class Account:
    """What a node knows of one link."""

    def __init__(self, producer, share, producer_epoch, link_epoch, now):
        self.producer = producer
        self.share = share
        self.producer_epoch = producer_epoch
        self.link_epoch = link_epoch
        self.heard = now
        self.seen = Seen()
        self.held = {}
        self.ring = {}
        self.answers = []
        self.limit = self.announced = self.ctl = self.want = 0
        self.max_frame = _LEAST_FRAME
        self.weight = 1
        self.hears = False  # a frame with this link's epoch came, so its GRANT must have been heard
        self.fenced = False

    def unused(self):
        return self.limit - self.seen.count


class Ledger:
    """`host` sends (`control`), makes tasks (`accept`) and takes them back (`withdraw`), as the node does."""

    def __init__(self, epoch, capacity, host, ring_bytes=4096, now=0, most_weight=_MOST_WEIGHT):
        self.newest = (epoch << _EPOCH_BITS) + 1  # the link epoch of this tick
        self.ticked = now
        self.capacity = capacity
        self.host = host
        self.ring_bytes = ring_bytes
        self.remembered = []  # (account, seq), the oldest first
        self.bytes = 0
        self.accounts = {}
        self.shares = {}  # of producers that have a link, or tasks that run on without one
        self.most_weight = most_weight
        self.dealt = self.begun = self.fences = 0
        self.departed = []  # (producer, its epoch, link epoch) of those who said BYE a short while ago
        self.held = 0
        self.draining = False
        self.scarce = False  # of memory: what comes is given back, and nothing is dealt
        self.rises = False

    # ---- frames in

    def poll(self, sender, fields, now):
        account = self._open(sender, fields, now)
        if account is None:
            return
        account.max_frame = max(_LEAST_FRAME, fields[wire.POLL_MAX_FRAME])
        account.weight = max(1, min(self.most_weight, _MOST_WEIGHT, fields[wire.POLL_WEIGHT]))
        if fields[wire.LINK_EPOCH] == account.link_epoch:
            for seq in fields[wire.POLL_OPEN]:
                self._repeat(account, seq, now)
            for seq, received, limit in fields[wire.POLL_ITEMS] or ():
                job = account.held.get(seq)
                if job is not None and job.items is not None:
                    job.items.heard(received, limit)
                    job.event.set()
                    self.host.answers_ready(job)
        self.deal()
        self.grant(account)

    def tasks(self, sender, fields, now):
        account = self._link(sender, fields, now)
        if account is None:
            from broccoli import links

            links.came_late(self.accounts.get(sender), fields[wire.LINK_EPOCH])
            return
        seq = fields[wire.TASKS_FIRST] - 1
        bodies = fields[wire.TASKS_ENTRIES]
        for body in bodies:
            seq += 1
            if body is None:
                continue
            if seq > account.limit or seq < 1:
                last = fields[wire.TASKS_FIRST] + len(bodies) - 1
                epoch = account.link_epoch
                self.host.control(sender, wire.NACK, epoch, seq, last, wire.NO_CREDIT, epoch)
                break
            if not account.seen.add(seq):
                self._repeat(account, seq, now)
            elif self.draining:
                self.returned(account, seq, wire.LEAVING)
            elif self.scarce:
                self.returned(account, seq, wire.OVERLOADED)
            else:
                account.share.used = now
                job = self.host.accept(account, seq, fields[wire.TASKS_FIRST_ID] + seq - fields[wire.TASKS_FIRST], body)
                if job is None:
                    self.returned(account, seq, wire.TOO_LARGE)
                else:
                    account.held[seq] = job
                    self.held += 1
                    account.share.held += 1
        self.deal()

    def cancel(self, sender, fields, now):
        account = self._link(sender, fields, now)
        if account is None:
            return
        from broccoli import cancelling

        cancelling.cancel(self, account, fields[wire.CANCEL_RANGES])

    def bye(self, sender, epoch):
        account = self.accounts.get(sender)
        if account is not None and epoch >= account.producer_epoch:
            from broccoli import links

            links.depart(self, account, epoch)

    # ---- the node's word

    def finished(self, job, status, payload):
        """A held task ended: its place is free. Call `deal` when all that ended are told."""
        account = job.account
        self.leaves(job)
        if account.held.pop(job.seq, None) is None or account.fenced:
            return
        self._outcome(account, job.seq, status, payload)

    def leaves(self, job):
        """It needs no place any more: it is over, or a subscriber of a feed."""
        if job.placed:
            job.placed = False
            self.held -= 1
            job.account.share.held -= 1
            self._forget_share(job.account)

    def unused(self):
        n = 0
        for each in self.accounts.values():
            n += each.unused()
        return n

    def free(self):
        return self.capacity - self.held - self.unused()

    def deal(self):
        """Deals each free place to the link that has the fewest places for its weight, among those that want more."""
        if self.draining or self.scarce:
            return
        free = self.free()
        while free > 0:
            best = None
            for each in self.accounts.values():
                key = (each.share.held + each.unused()) * (_STRIDE // each.weight), each.share.dealt
                if self.need(each) > 0 and (best is None or key < least):
                    best, least = each, key
            if best is None:
                return
            free -= 1
            self.dealt += 1
            best.share.dealt = self.dealt
            best.share.fresh |= not best.unused()
            best.limit += 1
            self.rises = True

    def grant_rises(self):
        """Tells limits that rose and that no answer told, as far as they matter; to be called a moment after `rises` was set."""
        self.rises = False
        for account in list(self.accounts.values()):
            rise = account.limit - account.announced
            matters = account.announced <= account.seen.count or rise >= max(1, self.capacity // 4)
            if rise > 0 and matters and not account.answers:
                self.grant(account)

    def beat(self, now):
        """Fences links that were silent for a lease: two ticks, so their next numbers are greater."""
        while since(self.ticked, now) >= _TICK:
            self.ticked = ticks_add(self.ticked, _TICK)
            self.newest += 1
        self.departed = [each for each in self.departed if each[2] >= self.newest]
        for account in list(self.accounts.values()):
            if since(account.heard, now) > _LEASE:
                self.fence(account, False)
        self.deal()
        if self.accounts and not (self.draining or self.scarce):
            from broccoli import links

            links.look(self, now)

    def worn(self):
        return ~self.newest & (1 << _EPOCH_BITS) - 1 < 2

    def results(self, account, most):
        """The fields of a RESULTS frame with answers that wait, as many as fit, and the newest limit; None if there are none."""
        answers = account.answers
        if not answers or account.fenced:
            return None
        size = 0
        n = 0
        for answer in answers:
            size += wire.RESULT_BYTES + (len(answer[2]) if answer[2] else 0)
            if n and size > most:
                break
            n += 1
        entries = frames.group(answers[:n])
        answers[:n] = []
        account.announced = account.limit
        return account.producer_epoch, account.link_epoch, account.ctl, account.limit, self.free(), entries

    def grant(self, account):
        account.announced = account.limit
        self.host.control(
            account.producer,
            wire.GRANT,
            account.producer_epoch,
            account.link_epoch,
            account.ctl,
            account.limit,
            self.free(),
            account.seen.ranges,
        )

    # ---- links

    def _link(self, sender, fields, now):
        """The account, if the frame is of its link; who sent a frame of another one is told."""
        account = self._open(sender, fields, now)
        if account is not None and fields[wire.LINK_EPOCH] != account.link_epoch:
            self.grant(account)
            return None
        return account

    def _open(self, sender, fields, now):
        account = self.accounts.get(sender)
        epoch, link_epoch, ctl = fields[wire.PRODUCER_EPOCH], fields[wire.LINK_EPOCH], fields[wire.CTL]
        if account is None or epoch != account.producer_epoch or link_epoch == -account.link_epoch:
            from broccoli import links

            account = links.open(self, sender, account, epoch, link_epoch, now)
            if not account:
                return None
        account.heard = now
        if ctl > account.ctl:
            account.ctl = ctl
            account.want = fields[wire.WANT]
        if link_epoch == account.link_epoch:
            account.hears = True
        if not account.share.dealt and self.need(account) > 0:
            self.dealt += 1
            account.share.dealt = self.dealt  # who wants first is dealt first
        return account

    def _forget_share(self, account):
        if not account.share.held and account.producer not in self.accounts:
            self.shares.pop(account.producer, None)

    def need(self, account):
        # Whoever does not fetch answers gets nothing to answer.
        if not account.hears or account.fenced or len(account.answers) >= 2 * self.capacity:
            return 0
        return min(account.want, self.capacity) - account.unused()

    def fence(self, account, stop):
        account.fenced = True
        self.accounts.pop(account.producer, None)
        self._forget_share(account)
        account.answers = []
        for entry in self.remembered[:]:
            if entry[0] is account:
                self._forget(entry)
        for seq in sorted(account.held):
            job = account.held.get(seq)
            if job is not None and self.host.withdraw(job, stop or job.items is not None):
                del account.held[seq]
                self.leaves(job)

    # ---- answers

    def returned(self, account, seq, reason):
        self._outcome(account, seq, wire.RETURNED, bytes((reason,)))

    def _outcome(self, account, seq, status, payload):
        answer = (seq, status, payload)
        account.ring[seq] = answer
        self.remembered.append((account, seq))
        self.bytes += 16 + len(payload or b"")
        while len(self.remembered) > 4 * self.capacity or self.bytes > self.ring_bytes:
            self._forget(self.remembered[0])
        self._answer(account, answer)

    def _forget(self, entry):
        self.remembered.remove(entry)
        answer = entry[0].ring.pop(entry[1])
        self.bytes -= 16 + len(answer[2] or b"")

    def _answer(self, account, answer):
        account.answers.append(answer)
        self.host.answers_ready(account)

    def _repeat(self, account, seq, now):
        from broccoli import repeats  # where nothing is lost, nothing comes twice

        repeats.repeat(self, account, seq, now)
