"""What a node answers where it is asked again. Loaded when it is for the first time."""

from broccoli import wire
from broccoli.compat import since

_SMALL = 955  # bytes of a result that each network carries: with what is around it they are 1,024
_HOPELESS = 5
_LEASE = 8000


def repeat(ledger, account, seq, now):
    """A seq is asked for that was seen before: its result from the ring, nothing while it is held or its answer waits."""
    if seq in account.held or seq not in account.seen or len(account.answers) >= 4 * ledger.capacity:
        return
    for answer in account.answers:
        if answer[0] == seq:
            return
    known = account.ring.get(seq)
    if known and len(known[2] or b"") > _SMALL:
        known = _large(ledger, account, known, now)
    ledger._answer(account, known or (seq, wire.RETURNED, bytes((wire.RESULT_GONE,))))


def _large(ledger, account, known, now):
    """A network between may not carry it. Once it was lost for a lease, while its link lived, it is said to be too large."""
    seq, status, payload = known[:3]
    times, first = known[3:] or (0, now)
    if times + 1 < _HOPELESS or since(first, now) < _LEASE:
        account.ring[seq] = seq, status, payload, times + 1, first
        return seq, status, payload
    told = seq, wire.RETURNED, bytes((wire.TOO_LARGE,))
    account.ring[seq] = told
    ledger.bytes -= len(payload) - 1
    return told
