"""A ledger's answer to CANCEL: tasks that nobody wants any more, and credit that was given back. Loaded with the first one."""

from broccoli import wire

_MAX_VOIDS = 4096


def cancel(ledger, account, ranges):
    share = account.share
    fresh = share.fresh or not account.unused()
    left = _void(ledger, account, 1, ranges[0], _MAX_VOIDS)
    for i in range(1, len(ranges), 2):
        if left > 0:
            left = _void(ledger, account, ranges[i], ranges[i + 1], left)
    ledger.deal()
    share.fresh = share.fresh and fresh  # what is given back and taken again at once was not given back


def _void(ledger, account, first, last, most):
    first = max(1, first)
    last = min(last, first + most - 1, account.limit)  # beyond the limit nothing can be void
    for seq in range(first, last + 1):
        job = account.held.get(seq)
        if account.seen.add(seq):
            ledger._answer(account, (seq, wire.CANCELLED, None))  # it never came; not worth remembering
        elif job is None:
            ledger._repeat(account, seq, account.heard)
        else:
            del account.held[seq]
            if ledger.host.withdraw(job, True):
                ledger.leaves(job)
                ledger._outcome(account, seq, wire.CANCELLED, None)
            else:
                ledger._outcome(account, seq, wire.ABORTED, None)
    return most - max(0, last - first + 1)
