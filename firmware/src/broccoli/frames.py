"""Frames of the wire format, version 1. A frame is its kind and a tuple of fields in the order of the format's table.

Ranges are [floor, first, last, first, last...]; entries of TASKS are bytes or None; those of RESULTS (first seq, status, payloads
or their number); those of ITEMS (seq, first index, [payload...], last). Payloads and bodies stay bytes.
"""

from broccoli.msgpack import ARRAY, BOOL, FLOATING, INT, MAP, NIL, STR, Malformed, Reader, head, pack, pack_int

VERSION = 1
STATUS, POLL, GRANT, TASKS, RESULTS, ITEMS, CANCEL, NACK, BYE = range(9)
ACTIVE, DRAINING, GONE = range(3)
STALE_PRODUCER, NO_CREDIT, BUSY, OTHER_VERSION = range(4)
SUCCESS, FAILURE, BAD_ARGUMENTS, CANCELLED, ABORTED, RETURNED, END = range(7)
LEAVING, UNKNOWN_FUNCTION, TOO_LARGE, RESULT_GONE, EXPIRED = range(5)  # why a task is RETURNED

HEADER_BYTES = 57
RESULT_BYTES = 12
ITEM_RUN_BYTES = 25

_DEPTH = 64
_SEQ = (1 << 63) - 1
_INT = (1 << 31) - 1
_EMPTY_RESULTS = 65536

# l long, s seq, i int, t text; R ranges, T tasks, E results, J items; optional: I int = 0, O open, K items, G site, F functions
_LAYOUT = ("tliIIIIIIGF", "llsiiIOK", "llssiR", "llsislT", "llssiE", "llJ", "llsiR", "lssil", "l")
_MOST = {STATUS: (2, 2), NACK: (3, 3)}  # a field that counts something: (where, how many there are)


class OtherVersion(Malformed):
    pass


def decode(buf):
    """Reads one frame: (kind, fields). Anything that is not as it should be raises Malformed."""
    r = Reader(buf)
    left = r.expect(ARRAY) - 1
    if left < 0:
        raise Malformed("an empty array")
    tag = r.integer(0)
    if tag >> 4 != VERSION:
        raise OtherVersion("version " + str(tag >> 4))
    kind = tag & 15
    if kind > BYE:
        raise Malformed("an unknown kind")
    fields = []
    for what in _LAYOUT[kind]:
        if left <= 0:
            if what not in "IOKGF":
                raise Malformed("a missing element")
            fields.append(0 if what == "I" else None if what == "G" else [])
            continue
        left -= 1
        if what == "l":
            fields.append(r.integer())
        elif what == "s":
            fields.append(r.integer(0))
        elif what == "i" or what == "I":
            fields.append(r.integer(0, _INT))
        elif what == "t":
            fields.append(r.string())
        else:
            fields.append(_READERS[what](r))
    most = _MOST.get(kind)
    if most and fields[most[0]] > most[1]:
        raise Malformed("a state that there is not")
    _rest(r, left)
    r.done()
    return kind, fields


def _rest(r, left):
    for _ in range(left):
        r.skip(_DEPTH)


def _parts(r, least):
    n = r.expect(ARRAY)
    if n < least:
        raise Malformed("a missing element")
    return n


def _flag(r):
    return r.expect(BOOL)


def _ranges(r):
    n = r.expect(ARRAY)
    if n % 2 == 0:
        raise Malformed("half a range")
    ranges = [r.integer(0)]
    for i in range(1, n):
        step = r.integer(0)
        before = ranges[-1]
        if i % 2 and step < (1 if before == 0 else 2) or step > _SEQ - before:
            raise Malformed("ranges that do not rise")
        ranges.append(before + step)
    return ranges


def _open(r):
    seq = 0
    seqs = []
    for _ in range(r.expect(ARRAY)):
        seq += r.integer()
        if seq < 0 or seq > _SEQ:
            raise Malformed("a negative seq")
        seqs.append(seq)
    return seqs


def _asks(r):
    asks = []
    for _ in range(r.expect(ARRAY)):
        n = _parts(r, 3)
        asks.append((r.integer(0), r.integer(0), r.integer(0)))
        _rest(r, n - 3)
    return asks


def _tasks(r):
    entries = []
    for _ in range(r.expect(ARRAY)):
        start = r.pos
        n = r.head()
        if r.kind == NIL:
            entries.append(None)
            continue
        # The first element tells a body from a run of columns, which this member never announced to read.
        if r.kind != ARRAY or n == 0 or not _is_int(r):
            raise Malformed("neither a body nor nothing")
        for _ in range(n - 1):
            r.skip(_DEPTH - 1)
        entries.append(bytes(r.buf[start : r.pos]))
    return entries


def _is_int(r):
    r.head()
    return r.kind == INT


def _results(r):
    entries = []
    empty = 0
    for _ in range(r.expect(ARRAY)):
        n = _parts(r, 2)
        seq = r.integer(0)
        status = r.integer(0, END)
        payloads = 1
        if n > 2:
            payloads = r.head()
            if r.kind == ARRAY:
                payloads = [r.slice(_DEPTH) for _ in range(payloads)]
            elif r.kind != INT or payloads < 0:
                raise Malformed("neither payloads nor their number")
        count = payloads if isinstance(payloads, int) else 0
        empty += count
        if empty > _EMPTY_RESULTS or seq > _SEQ - count:
            raise Malformed("more results than are allowed")
        _rest(r, n - 3)
        entries.append((seq, status, payloads))
    return entries


def _items(r):
    runs = []
    for _ in range(r.expect(ARRAY)):
        n = _parts(r, 3)
        seq = r.integer(0)
        first = r.integer(0)
        values = [r.slice(_DEPTH) for _ in range(r.expect(ARRAY))]
        last = n > 3 and _flag(r)
        _rest(r, n - 4)
        runs.append((seq, first, values, last))
    return runs


def _degrees(r):
    n = r.head()
    if r.kind != NIL and r.kind != FLOATING and r.kind != INT:
        raise Malformed("no degrees")
    return n


def _site(r):
    n = r.head()
    if r.kind == NIL:
        return None
    if r.kind != ARRAY or n < 1:
        raise Malformed("no site")
    labels = {}
    for _ in range(r.expect(MAP)):
        label = r.string()
        labels[label] = r.string()
    latitude = _degrees(r) if n > 1 else None
    longitude = _degrees(r) if n > 2 else None
    _rest(r, n - 3)
    return labels, latitude, longitude


def _functions(r):
    functions = []
    for _ in range(r.expect(ARRAY)):
        n = _parts(r, 2)
        number = r.integer(0, _INT)
        name = r.string()
        version = r.string() if n > 2 else ""
        parameters = []
        if n > 3:
            for _ in range(r.expect(ARRAY)):
                size = r.head()
                if r.kind == ARRAY and size:
                    parameters.append((r.string(),))
                    _rest(r, size - 1)
                elif r.kind == STR:
                    parameters.append(r._text(size))
                else:
                    raise Malformed("no parameter")
        replayable = n > 4 and _flag(r)
        _rest(r, n - 5)
        functions.append((number, name, version, parameters, replayable))
    return functions


_READERS = {
    "R": _ranges,
    "O": _open,
    "K": _asks,
    "T": _tasks,
    "E": _results,
    "J": _items,
    "G": _site,
    "F": _functions,
}


def encode(kind, *fields):
    """Writes one frame; elements at the end that have their default are left out."""
    layout = _LAYOUT[kind]
    size = len(fields)
    while size and layout[size - 1] in "IOKGF" and not fields[size - 1]:
        size -= 1
    out = bytearray()
    head(out, size + 1, 0x90, 16, 0xDC)
    out.append(VERSION << 4 | kind)
    for i in range(size):
        what = layout[i]
        value = fields[i]
        if what in "lsiI":
            pack_int(out, value)
        elif what == "t":
            pack(out, value)
        else:
            _WRITERS[what](out, value)
    return out


def _array(out, n):
    head(out, n, 0x90, 16, 0xDC)


def _write_steps(out, numbers):
    _array(out, len(numbers))
    before = 0
    for n in numbers:
        pack_int(out, n - before)
        before = n


def _write_asks(out, asks):
    pack(out, asks)


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


def _write_items(out, runs):
    _array(out, len(runs))
    for seq, first, values, last in runs:
        out.append(0x94 if last else 0x93)
        pack_int(out, seq)
        pack_int(out, first)
        _write_tasks(out, values)
        if last:
            out.append(0xC3)


def _write_site(out, site):
    if site is None:
        out.append(0xC0)
        return
    labels, latitude, longitude = site
    n = 3 if longitude is not None else 2 if latitude is not None else 1
    _array(out, n)
    head(out, len(labels), 0x80, 16, 0xDE)
    for label in sorted(labels):
        pack(out, label)
        pack(out, labels[label])
    for degrees in (latitude, longitude)[: n - 1]:
        pack(out, degrees)


def _write_functions(out, functions):
    _array(out, len(functions))
    for number, name, version, parameters, replayable in functions:
        n = 5 if replayable else 4 if parameters else 3 if version else 2
        _array(out, n)
        pack_int(out, number)
        pack(out, name)
        for each in (version, parameters, replayable)[: n - 2]:
            pack(out, each)


_WRITERS = {
    "R": _write_steps,
    "O": _write_steps,
    "K": _write_asks,
    "T": _write_tasks,
    "E": _write_results,
    "J": _write_items,
    "G": _write_site,
    "F": _write_functions,
}


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
