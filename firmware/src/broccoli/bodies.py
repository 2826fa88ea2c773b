"""Bodies: what one task is. All kinds are read as steps, and items if they are a chunk."""

from broccoli.msgpack import ARRAY, BOOL, MAP, MAX_DEPTH, Malformed, Reader

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
        raise Malformed
    kind = r.integer(STAR, _MOST)
    left = size - 1
    if kind >= 0:
        args = [r.value(MAX_DEPTH - 1) for _ in range(left)]
        r.done()
        return CALL, ((kind, args, None, False),), None, NO_HEADERS
    if not left:
        raise Malformed
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
        raise Malformed
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
