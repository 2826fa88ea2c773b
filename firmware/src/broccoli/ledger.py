"""A node's side of its links: the ledger keeps `held + unused credit <= capacity` whatever producers do. No clock, no tasks, no I/O.

The same as CreditLedger on the Java side; times are ticks in milliseconds.
"""

from broccoli import frames
from broccoli.compat import ticks_diff

LEASE = 8000
MAX_LINKS = 16
MOST_WEIGHT = 16  # no producer counts for more than so many, whatever it says
LEAST_FRAME = 256
MAX_VOIDS = 4096
EPOCH_BITS = 24


class Seen:
    """Seqs as [floor, first, last, first, last...]: no more ranges than there are holes, and these are unused credit."""

    def __init__(self):
        self.ranges = [0]
        self.count = 0

    def __contains__(self, seq):
        r = self.ranges
        if seq <= r[0]:
            return True
        for i in range(1, len(r), 2):
            if r[i] <= seq <= r[i + 1]:
                return True
        return False

    def add(self, seq):
        if seq in self:
            return False
        self.count += 1
        r = self.ranges
        if seq == r[0] + 1:
            r[0] = seq
        else:
            i = 1
            while i < len(r) and r[i + 1] < seq - 1:
                i += 2
            if i < len(r) and r[i + 1] == seq - 1:
                r[i + 1] = seq
                i += 2
            elif i < len(r) and r[i] == seq + 1:
                r[i] = seq
                return True
            else:
                r[i:i] = (seq, seq)
                return True
            if i < len(r) and r[i] == seq + 1:
                r[i - 1] = r[i + 1]
                r[i : i + 2] = ()
        if len(r) > 1 and r[1] == r[0] + 1:
            r[0] = r[2]
            r[1:3] = ()
        return True


class Account:
    """What a node knows of one link."""

    def __init__(self, producer, producer_epoch, link_epoch, now):
        self.producer = producer
        self.producer_epoch = producer_epoch
        self.link_epoch = link_epoch
        self.heard = now
        self.seen = Seen()
        self.held = {}
        self.ring = {}
        self.answers = []
        self.limit = self.announced = self.ctl = self.want = 0
        self.max_frame = LEAST_FRAME
        self.weight = 1
        self.turn = 0  # credits left of its turn; 0: it waits for the next
        self.hears = False  # a frame with this link's epoch came, so its GRANT must have been heard
        self.fenced = False

    def unused(self):
        return self.limit - self.seen.count


class Ledger:
    """`host` sends (`control`), makes tasks (`accept`) and takes them back (`withdraw`), as the node does."""

    def __init__(self, boot_epoch, capacity, host, ring_bytes=4096):
        self.boot_epoch = boot_epoch
        self.capacity = capacity
        self.host = host
        self.ring_bytes = ring_bytes
        self.remembered = []  # (account, seq), the oldest first
        self.bytes = 0
        self.accounts = {}
        self.needy = []
        self.opened = 0
        self.held = 0
        self.refused = 0
        self.draining = False
        self.scarce = False  # of memory: what comes is given back, and nothing is dealt
        self.rises = False

    # ---- frames in

    def poll(self, sender, fields, now):
        account = self._open(sender, fields, now)
        if account is None:
            return
        account.max_frame = max(LEAST_FRAME, fields[4])
        account.weight = max(1, min(MOST_WEIGHT, fields[8]))
        if fields[1] == account.link_epoch:
            for seq in fields[6]:
                self._repeat(account, seq)
            for seq, received, limit in fields[7]:
                job = account.held.get(seq)
                if job is not None and job.items is not None:
                    self.host.items_asked(job, received, limit)
        self.deal()
        self.grant(account)

    def tasks(self, sender, fields, now):
        account = self._open(sender, fields, now)
        if account is None:
            return
        if fields[1] != account.link_epoch:
            self.grant(account)
            return
        seq = fields[4] - 1
        bodies = fields[6]
        for body in bodies:
            seq += 1
            if body is None:
                continue
            if seq > account.limit or seq < 1:
                last = fields[4] + len(bodies) - 1
                self.refused += last - seq + 1
                epoch = account.link_epoch
                self.host.control(sender, frames.NACK, epoch, seq, last, frames.NO_CREDIT, epoch)
                break
            if not account.seen.add(seq):
                self._repeat(account, seq)
            elif self.draining:
                self.returned(account, seq, frames.LEAVING)
            elif self.scarce:
                self.returned(account, seq, frames.OVERLOADED)
            else:
                job = self.host.accept(account, seq, fields[5] + seq - fields[4], body)
                if job is None:
                    self.returned(account, seq, frames.TOO_LARGE)
                else:
                    account.held[seq] = job
                    self.held += 1
        self._consider(account)
        self.deal()

    def cancel(self, sender, fields, now):
        account = self._open(sender, fields, now)
        if account is None:
            return
        if fields[1] != account.link_epoch:
            self.grant(account)
            return
        ranges = fields[4]
        left = self._void(account, 1, ranges[0], MAX_VOIDS)
        for i in range(1, len(ranges), 2):
            if left > 0:
                left = self._void(account, ranges[i], ranges[i + 1], left)
        self._consider(account)
        self.deal()

    def bye(self, sender, epoch):
        account = self.accounts.get(sender)
        if account is not None and epoch >= account.producer_epoch:
            self._fence(account, True)
            self.deal()

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

    def unused(self):
        return sum([each.unused() for each in self.accounts.values()])

    def free(self):
        return self.capacity - self.held - self.unused()

    def deal(self):
        """Deals free places to those who want them, in turns."""
        if self.draining or self.scarce:
            return
        free = self.free()
        while self.needy and free > 0:
            account = self.needy.pop(0)
            need = self._need(account)
            if need > 0:
                left = account.turn or max(1, self.capacity // 64) * account.weight
                given = min(need, free, left if self.needy else need)
                account.limit += given
                account.turn = max(0, left - given)
                free -= given
                self.rises = True
                if account.turn and need > given:
                    self.needy.insert(0, account)  # its turn goes on when the next place is free
            if account not in self.needy:
                account.turn = 0
                self._consider(account)

    def grant_rises(self):
        """Tells limits that rose and that no answer told, as far as they matter; to be called a moment after `rises` was set."""
        self.rises = False
        for account in list(self.accounts.values()):
            rise = account.limit - account.announced
            matters = account.announced <= account.seen.count or rise >= max(1, self.capacity // 4)
            if rise > 0 and matters and not account.answers:
                self.grant(account)

    def beat(self, now):
        """Fences links that were silent for a lease."""
        for account in list(self.accounts.values()):
            if ticks_diff(now, account.heard) > LEASE:
                self._fence(account, False)
        self.deal()

    def close(self):
        for account in list(self.accounts.values()):
            self._fence(account, True)

    def drain(self):
        """Takes nothing more; gives back what is queued."""
        self.draining = True
        for account in self.accounts.values():
            for seq in sorted(account.held):
                job = account.held[seq]
                movable = job.items is not None and job.items.replayable
                if self.host.withdraw(job, movable):
                    self.leaves(job)
                elif not movable:
                    continue  # what runs finishes
                del account.held[seq]
                if movable:
                    self._outcome(account, seq, frames.ABORTED, None)
                else:
                    self.returned(account, seq, frames.LEAVING)

    def results(self, account, most_bytes):
        """The fields of a RESULTS frame with answers that wait, as many as fit, and the newest limit; None if there are none."""
        answers = account.answers
        if not answers or account.fenced:
            return None
        size = 0
        n = 0
        for answer in answers:
            size += frames.RESULT_BYTES + (len(answer[2]) if answer[2] else 0)
            if n and size > most_bytes:
                break
            n += 1
        entries = frames.group(answers[:n])
        answers[:n] = []
        account.announced = account.limit
        self._consider(account)
        return account.producer_epoch, account.link_epoch, account.ctl, account.limit, self.free(), entries

    def grant(self, account):
        account.announced = account.limit
        self.host.control(
            account.producer,
            frames.GRANT,
            account.producer_epoch,
            account.link_epoch,
            account.ctl,
            account.limit,
            self.free(),
            account.seen.ranges,
        )

    # ---- links

    def _open(self, sender, fields, now):
        account = self.accounts.get(sender)
        epoch, link_epoch, ctl = fields[0], fields[1], fields[2]
        if account is not None:
            if epoch < account.producer_epoch:
                stale = account.producer_epoch
                self.host.control(sender, frames.NACK, link_epoch, 0, 0, frames.STALE_PRODUCER, stale)
                return None
            if epoch > account.producer_epoch or link_epoch == -account.link_epoch:
                self._fence(account, False)
                account = None
        if account is None:
            if len(self.accounts) >= MAX_LINKS:
                self.host.control(sender, frames.NACK, link_epoch, 0, 0, frames.BUSY, 0)
                return None
            self.opened += 1
            account = Account(sender, epoch, (self.boot_epoch << EPOCH_BITS) + self.opened, now)
            self.accounts[sender] = account
        account.heard = now
        if ctl > account.ctl:
            account.ctl = ctl
            account.want = fields[3]
        if link_epoch == account.link_epoch:
            account.hears = True
        self._consider(account)
        return account

    def _need(self, account):
        # Whoever does not fetch answers gets nothing to answer.
        if not account.hears or account.fenced or len(account.answers) >= 2 * self.capacity:
            return 0
        return min(account.want, self.capacity) - account.unused()

    def _consider(self, account):
        if account not in self.needy and self._need(account) > 0:
            self.needy.append(account)

    def _fence(self, account, stop):
        account.fenced = True
        self.accounts.pop(account.producer, None)
        if account in self.needy:
            self.needy.remove(account)
        account.answers = []
        for entry in [each for each in self.remembered if each[0] is account]:
            self._forget(entry)
        for seq in sorted(account.held):
            job = account.held.get(seq)
            if job is not None and self.host.withdraw(job, stop or job.items is not None):
                del account.held[seq]
                self.leaves(job)

    # ---- answers

    def returned(self, account, seq, reason):
        self._outcome(account, seq, frames.RETURNED, bytes((reason,)))

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

    def _repeat(self, account, seq):
        """A seq is asked for that was seen before: its result from the ring, nothing while it is held or its answer waits."""
        if seq in account.held or seq not in account.seen or len(account.answers) >= 4 * self.capacity:
            return
        for answer in account.answers:
            if answer[0] == seq:
                return
        known = account.ring.get(seq)
        self._answer(account, known or (seq, frames.RETURNED, bytes((frames.RESULT_GONE,))))

    def _void(self, account, first, last, most):
        first = max(1, first)
        last = min(last, first + most - 1, account.limit)  # beyond the limit nothing can be void
        for seq in range(first, last + 1):
            job = account.held.get(seq)
            if account.seen.add(seq):
                self._answer(account, (seq, frames.CANCELLED, None))  # it never came; not worth remembering
            elif job is None:
                self._repeat(account, seq)
            else:
                del account.held[seq]
                if self.host.withdraw(job, True):
                    self.leaves(job)
                    self._outcome(account, seq, frames.CANCELLED, None)
                else:
                    self._outcome(account, seq, frames.ABORTED, None)
        return most - max(0, last - first + 1)
