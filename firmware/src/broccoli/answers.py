"""What only a producer needs: bodies to be sent, and the frames that nodes answer with. Importing it adds these to those that are
understood.
"""

from broccoli import frames, wire
from broccoli.bodies import NO_HEADERS
from broccoli.msgpack import Malformed, head, pack, pack_int


def encode_body(kind, steps, items=None, headers=NO_HEADERS):
    """Writes the shortest form; what is at its end and has its default is left out."""
    h = list(headers)
    while h and h[-1] == NO_HEADERS[len(h) - 1]:
        h.pop()
    out = bytearray()
    if kind == wire.CHAIN:
        out.append(0x93 if h else 0x92)
        pack_int(out, kind)
        head(out, len(steps), 0x90, 16, 0xDC)
        for function, args, kwargs, immutable in steps:
            parts = [function, list(args), kwargs or {}, True]
            pack(out, parts if immutable else parts[:3] if kwargs else parts[:2] if args else parts[:1])
    elif kind == wire.CALL:
        function, args, kwargs, _ = steps[0]
        if not h and not kwargs:
            head(out, len(args) + 1, 0x90, 16, 0xDC)
            pack_int(out, function)
            for each in args:
                pack(out, each, wire.MAX_DEPTH - 1)
            return bytes(out)
        out.append(0x95 if h else 0x94)
        for each in (kind, function, list(args), kwargs or {}):
            pack(out, each, wire.MAX_DEPTH - 1)
    else:
        function, args, _, _ = steps[0]
        out.append(0x95 if h else 0x94 if args else 0x93)
        for each in (kind, function, items):
            pack(out, each, wire.MAX_DEPTH - 1)
        if h or args:
            pack(out, list(args))
    if h:
        pack(out, h)
    return bytes(out)


def _slice(r):
    start = r.pos
    r.skip(wire.MAX_NESTED)
    return bytes(r.buf[start : r.pos])


def _parts(r, least):
    n = r.expect(wire.ARRAY)
    if n < least:
        raise Malformed
    return n


def _rest(r, left):
    for _ in range(left):
        r.skip(wire.MAX_NESTED)


def _results(r):
    entries = []
    empty = 0
    for _ in range(r.expect(wire.ARRAY)):
        n = _parts(r, 2)
        seq = r.integer(0)
        status = r.integer(0, wire.END)
        payloads = 1
        if n > 2:
            payloads = r.head()
            if r.kind == wire.ARRAY:
                payloads = [_slice(r) for _ in range(payloads)]
            elif r.kind != wire.INT or payloads < 0:
                raise Malformed
        count = payloads if isinstance(payloads, int) else 0
        empty += count
        if empty > wire.MAX_EMPTY or seq > wire.MAX_SEQ - count:
            raise Malformed
        _rest(r, n - 3)
        entries.append((seq, status, payloads))
    return entries


def _items(r):
    runs = []
    for _ in range(r.expect(wire.ARRAY)):
        n = _parts(r, 3)
        seq = r.integer(0)
        first = r.integer(0)
        values = [_slice(r) for _ in range(r.expect(wire.ARRAY))]
        last = n > 3 and r.expect(wire.BOOL)
        _rest(r, n - 4)
        runs.append((seq, first, values, last))
    return runs


def _degrees(r):
    n = r.head()
    if r.kind != wire.NIL and r.kind != wire.FLOATING and r.kind != wire.INT:
        raise Malformed
    return n


def _site(r):
    n = r.head()
    if r.kind == wire.NIL:
        return None
    if r.kind != wire.ARRAY or n < 1:
        raise Malformed
    labels = {}
    for _ in range(r.expect(wire.MAP)):
        label = r.string()
        labels[label] = r.string()
    latitude = _degrees(r) if n > 1 else None
    longitude = _degrees(r) if n > 2 else None
    _rest(r, n - 3)
    return labels, latitude, longitude


def _functions(r):
    functions = []
    for _ in range(r.expect(wire.ARRAY)):
        n = _parts(r, 2)
        number = r.integer(0, wire.MAX_INT)
        name = r.string()
        version = r.string() if n > 2 else ""
        parameters = []
        if n > 3:
            for _ in range(r.expect(wire.ARRAY)):
                size = r.head()
                if r.kind == wire.ARRAY and size:
                    parameters.append((r.string(),))
                    _rest(r, size - 1)
                elif r.kind == wire.STR:
                    parameters.append(r._text(size))
                else:
                    raise Malformed
        replayable = n > 4 and r.expect(wire.BOOL)
        _rest(r, n - 5)
        functions.append((number, name, version, parameters, replayable))
    return functions


frames._READERS.update(
    {wire.FIELD_RESULTS: _results, wire.FIELD_ITEMS: _items, wire.MAYBE_SITE: _site, wire.MAYBE_FUNCTIONS: _functions}
)
frames._WRITERS.update({wire.MAYBE_OPEN: frames._write_steps, wire.MAYBE_ASKS: pack})
