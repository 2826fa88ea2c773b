"""Bodies: what one task is. All kinds are read as steps, and items if they are a chunk."""

from broccoli.msgpack import ARRAY, BOOL, INT, MAP, MAX_DEPTH, Malformed, Reader, head, pack, pack_int

CALL = -1
CHAIN = -2
EACH = -3
STAR = -4

NO_HEADERS = (0, 1, 0, 0, "", 0, 0)  # deadline, attempt, id, depth, trace, item limit, received
_MOST = (1 << 31) - 1


def decode(buf):
    """(kind, [(function, args, kwargs, immutable)...], items or None, headers)"""
    r = Reader(buf)
    size = r.expect(ARRAY)
    if not size:
        raise Malformed("an empty body")
    kind = r.integer(STAR, _MOST)
    left = size - 1
    if kind >= 0:
        args = [r.value(MAX_DEPTH - 1) for _ in range(left)]
        r.done()
        return CALL, ((kind, args, None, False),), None, NO_HEADERS
    if not left:
        raise Malformed("a body that ends after its kind")
    items = None
    if kind == CHAIN:
        steps = [_step(r) for _ in range(r.expect(ARRAY))]
        left -= 1
    else:
        function = r.integer(0, _MOST)
        left -= 1
        args, left = _values(r, left, MAX_DEPTH - 1)
        kwargs = None
        if kind == CALL:
            kwargs, left = _kwargs(r, left, MAX_DEPTH - 1)
        else:
            items = args
            args, left = _values(r, left, MAX_DEPTH - 1)
        steps = ((function, args, kwargs, False),)
    headers = NO_HEADERS
    if left > 0:
        headers = _headers(r)
        left -= 1
    for _ in range(left):
        r.skip(MAX_DEPTH - 1)
    r.done()
    return kind, steps, items, headers


def _values(r, left, depth):
    if left <= 0:
        return [], left
    return [r.value(depth - 1) for _ in range(r.expect(ARRAY))], left - 1


def _kwargs(r, left, depth):
    if left <= 0:
        return None, left
    pairs = {}
    for _ in range(r.expect(MAP)):
        key = r.string()
        pairs[key] = r.value(depth - 1)
    return pairs, left - 1


def _step(r):
    left = r.expect(ARRAY) - 1
    if left < 0:
        raise Malformed("a step of nothing")
    function = r.integer(0, _MOST)
    args, left = _values(r, left, MAX_DEPTH - 3)
    kwargs, left = _kwargs(r, left, MAX_DEPTH - 3)
    immutable = left > 0 and r.expect(BOOL)
    for _ in range(left - 1):
        r.skip(MAX_DEPTH - 3)
    return function, args, kwargs, immutable


def _headers(r):
    headers = list(NO_HEADERS)
    n = r.expect(ARRAY)
    for i in range(n):
        if i > 6:
            r.skip(MAX_DEPTH - 2)
        elif i == 4:
            headers[i] = r.string()
        elif i == 2:
            headers[i] = r.integer()
        else:
            headers[i] = r.integer(0, _MOST if i == 1 or i == 3 else (1 << 63) - 1)
    return headers


def encode(kind, steps, items=None, headers=NO_HEADERS):
    """Writes the shortest form; what is at its end and has its default is left out."""
    h = list(headers)
    while h and h[-1] == NO_HEADERS[len(h) - 1]:
        h.pop()
    out = bytearray()
    if kind == CHAIN:
        out.append(0x93 if h else 0x92)
        pack_int(out, kind)
        head(out, len(steps), 0x90, 16, 0xDC)
        for function, args, kwargs, immutable in steps:
            parts = [function, list(args), kwargs or {}, True]
            pack(out, parts if immutable else parts[:3] if kwargs else parts[:2] if args else parts[:1])
    elif kind == CALL:
        function, args, kwargs, _ = steps[0]
        if not h and not kwargs:
            head(out, len(args) + 1, 0x90, 16, 0xDC)
            pack_int(out, function)
            for each in args:
                pack(out, each, MAX_DEPTH - 1)
            return bytes(out)
        out.append(0x95 if h else 0x94)
        for each in (kind, function, list(args), kwargs or {}):
            pack(out, each, MAX_DEPTH - 1)
    else:
        function, args, _, _ = steps[0]
        out.append(0x95 if h else 0x94 if args else 0x93)
        for each in (kind, function, items):
            pack(out, each, MAX_DEPTH - 1)
        if h or args:
            pack(out, list(args))
    if h:
        pack(out, h)
    return bytes(out)
