"""Bodies: what one task is. All kinds are read as steps, and items if they are a chunk."""

from broccoli import wire
from broccoli.msgpack import Malformed, Reader

NO_HEADERS = (0, 1, 0, 0, "", 0, 0)  # deadline, attempt, id, depth, trace, item limit, received


def decode(buf):
    """(kind, [(function, args, kwargs, immutable)...], items or None, headers)"""
    r = Reader(buf)
    size = r.expect(wire.ARRAY)
    if not size:
        raise Malformed
    kind = r.integer(wire.STAR, wire.MAX_INT)
    left = size - 1
    if kind >= 0:
        args = [r.value(wire.MAX_DEPTH - 1) for _ in range(left)]
        r.done()
        return wire.CALL, ((kind, args, None, False),), None, NO_HEADERS
    if not left:
        raise Malformed
    items = None
    if kind == wire.CHAIN:
        steps = [_step(r) for _ in range(r.expect(wire.ARRAY))]
        left -= 1
    else:
        function = r.integer(0, wire.MAX_INT)
        left -= 1
        args, left = _values(r, left, wire.MAX_DEPTH - 1)
        kwargs = None
        if kind == wire.CALL:
            kwargs, left = _kwargs(r, left, wire.MAX_DEPTH - 1)
        else:
            items = args
            args, left = _values(r, left, wire.MAX_DEPTH - 1)
        steps = ((function, args, kwargs, False),)
    headers = NO_HEADERS
    if left > 0:
        headers = _headers(r)
        left -= 1
    for _ in range(left):
        r.skip(wire.MAX_DEPTH - 1)
    r.done()
    return kind, steps, items, headers


def _values(r, left, depth):
    if left <= 0:
        return [], left
    return [r.value(depth - 1) for _ in range(r.expect(wire.ARRAY))], left - 1


def _kwargs(r, left, depth):
    if left <= 0:
        return None, left
    pairs = {}
    for _ in range(r.expect(wire.MAP)):
        key = r.string()
        pairs[key] = r.value(depth - 1)
    return pairs, left - 1


def _step(r):
    left = r.expect(wire.ARRAY) - 1
    if left < 0:
        raise Malformed
    function = r.integer(0, wire.MAX_INT)
    args, left = _values(r, left, wire.MAX_DEPTH - 3)
    kwargs, left = _kwargs(r, left, wire.MAX_DEPTH - 3)
    immutable = left > 0 and r.expect(wire.BOOL)
    for _ in range(left - 1):
        r.skip(wire.MAX_DEPTH - 3)
    return function, args, kwargs, immutable


def _headers(r):
    headers = list(NO_HEADERS)
    n = r.expect(wire.ARRAY)
    for i in range(n):
        if i > 6:
            r.skip(wire.MAX_DEPTH - 2)
        elif i == 4:
            headers[i] = r.string()
        elif i == 2:
            headers[i] = r.integer()
        else:
            headers[i] = r.integer(0, wire.MAX_INT if i == 1 or i == 3 else wire.MAX_SEQ)
    return headers
