"""Frames of the wire format, version 1. A frame is its kind and a tuple of fields in the order of the format's table.

Ranges are [floor, first, last, first, last...]; entries of TASKS are bytes or None; those of RESULTS (first seq, status, payloads
or their number); those of ITEMS (seq, first index, [payload...], last). Payloads and bodies stay bytes, as do the site and the functions
of a STATUS that is written (status.py).
"""

from broccoli import wire
from broccoli.msgpack import Malformed, Reader, head, pack, pack_int

# The fields of each kind, in the order of the kinds. host/build.mjs joins them to one string each.
# A list: the strings of a tuple that is constant take twice the memory.
_LAYOUT = [
    # STATUS: member, epoch, state, queue, workers, free, most bytes of a frame and of a task, load, site, functions
    wire.FIELD_TEXT + wire.FIELD_LONG + wire.FIELD_INT
    + wire.MAYBE_INT + wire.MAYBE_INT + wire.MAYBE_INT + wire.MAYBE_INT + wire.MAYBE_INT + wire.MAYBE_INT
    + wire.MAYBE_SITE + wire.MAYBE_FUNCTIONS,
    # POLL
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_INT
    + wire.MAYBE_INT + wire.MAYBE_OPEN + wire.MAYBE_ASKS + wire.MAYBE_WEIGHT,
    # GRANT
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_RANGES,
    # TASKS
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_SEQ + wire.FIELD_LONG + wire.FIELD_TASKS,
    # RESULTS
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_RESULTS,
    # ITEMS
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_ITEMS,
    # CANCEL
    wire.FIELD_LONG + wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_RANGES,
    # NACK
    wire.FIELD_LONG + wire.FIELD_SEQ + wire.FIELD_SEQ + wire.FIELD_INT + wire.FIELD_LONG,
    # BYE
    wire.FIELD_LONG,
]


class OtherVersion(Malformed):
    pass


def decode(buf):
    """Reads one frame: (kind, fields). Anything that is not as it should be raises Malformed."""
    r = Reader(buf)
    left = r.expect(wire.ARRAY) - 1
    if left < 0:
        raise Malformed
    tag = r.integer(0)
    if tag >> 4 != wire.VERSION:
        raise OtherVersion
    kind = tag & 15
    if kind > wire.BYE:
        raise Malformed
    fields = []
    for what in _LAYOUT[kind]:
        if left <= 0:
            if what not in wire.OPTIONAL:
                raise Malformed
            fields.append(0 if what == wire.MAYBE_INT else 1 if what == wire.MAYBE_WEIGHT else None if what == wire.MAYBE_SITE else [])
            continue
        left -= 1
        if what == wire.FIELD_LONG:
            fields.append(r.integer())
        elif what == wire.FIELD_SEQ:
            fields.append(r.integer(0))
        elif what in wire.INTS:
            fields.append(r.integer(0, wire.MAX_INT))
        elif what == wire.FIELD_TEXT:
            fields.append(r.string())
        elif what in _READERS:
            fields.append(_READERS[what](r))
        else:  # it is for who gives items, or for a producer, and this member is none so far
            r.skip(wire.MAX_NESTED)
            fields.append(None)
    if kind == wire.STATUS and fields[wire.STATUS_STATE] > wire.GONE or kind == wire.NACK and fields[wire.NACK_REASON] > wire.OTHER_VERSION:
        raise Malformed
    for _ in range(left):
        r.skip(wire.MAX_NESTED)
    r.done()
    return kind, fields


def _ranges(r):
    n = r.expect(wire.ARRAY)
    if n % 2 == 0:
        raise Malformed
    ranges = [r.integer(0)]
    for i in range(1, n):
        step = r.integer(0)
        before = ranges[-1]
        if i % 2 and step < (1 if before == 0 else 2) or step > wire.MAX_SEQ - before:
            raise Malformed
        ranges.append(before + step)
    return ranges


def _open(r):
    seq = 0
    seqs = []
    for _ in range(r.expect(wire.ARRAY)):
        seq += r.integer()
        if seq < 0 or seq > wire.MAX_SEQ:
            raise Malformed
        seqs.append(seq)
    return seqs


def _tasks(r):
    entries = []
    for _ in range(r.expect(wire.ARRAY)):
        start = r.pos
        n = r.head()
        if r.kind == wire.NIL:
            entries.append(None)
            continue
        if r.kind != wire.ARRAY or n == 0:
            raise Malformed
        r.expect(wire.INT)  # else it is a run of columns, and no body: this member never announced to read them
        for _ in range(n - 1):
            r.skip(wire.MAX_NESTED - 1)
        entries.append(bytes(r.buf[start : r.pos]))
    return entries


_READERS = {wire.FIELD_RANGES: _ranges, wire.MAYBE_OPEN: _open, wire.FIELD_TASKS: _tasks}  # and those of items.py and answers.py


def write(out, kind, *fields):
    """Appends one frame; elements at the end that have their default (nothing, or 1 for a weight) are left out."""
    layout = _LAYOUT[kind]
    size = len(fields)
    while size and layout[size - 1] in wire.OPTIONAL and (fields[size - 1] or 0) == (layout[size - 1] == wire.MAYBE_WEIGHT):
        size -= 1
    head(out, size + 1, 0x90, 16, 0xDC)
    out.append(wire.VERSION << 4 | kind)
    for i in range(size):
        what = layout[i]
        value = fields[i]
        if what in wire.NUMBERS:
            pack_int(out, value)
        elif what == wire.FIELD_TEXT:
            pack(out, value)
        elif what in _WRITERS:
            _WRITERS[what](out, value)
        else:
            out.extend(value or b"\xc0")


def _array(out, n):
    head(out, n, 0x90, 16, 0xDC)


def _write_steps(out, numbers):
    _array(out, len(numbers))
    before = 0
    for n in numbers:
        pack_int(out, n - before)
        before = n


def _write_tasks(out, bodies):
    _array(out, len(bodies))
    for body in bodies:
        if body is None:
            out.append(0xC0)
        else:
            out.extend(body)


def _write_results(out, entries):
    _array(out, len(entries))
    for seq, status, payloads in entries:
        if isinstance(payloads, int):
            out.append(0x92 if payloads == 1 else 0x93)
            pack_int(out, seq)
            pack_int(out, status)
            if payloads != 1:
                pack_int(out, payloads)
        else:
            out.append(0x93)
            pack_int(out, seq)
            pack_int(out, status)
            _write_tasks(out, payloads)


_WRITERS = {wire.FIELD_RANGES: _write_steps, wire.FIELD_TASKS: _write_tasks, wire.FIELD_RESULTS: _write_results}  # and again others


def group(results):
    """Joins results (seq, status, payload) of consecutive seqs with one status to entries of a frame."""
    entries = []
    for seq, status, payload in results:
        empty = payload is None
        if entries:
            first, last_status, payloads = entries[-1]
            if last_status == status and empty == isinstance(payloads, int):
                count = payloads if empty else len(payloads)
                if seq == first + count:
                    if empty:
                        entries[-1] = (first, status, count + 1)
                    else:
                        payloads.append(payload)
                    continue
        entries.append((seq, status, 1 if empty else [payload]))
    return entries
