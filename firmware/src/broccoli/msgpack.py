"""MessagePack as the wire format has it: shortest forms out, any form in; sizes and depth are bounded, extensions refused.

A dict of MicroPython has no order: a map that passes through a board may come out with its pairs in another one.
"""

import struct

from broccoli import wire
from broccoli.compat import FLOAT


class Malformed(Exception):
    """Bytes that are not what they should be."""


class Unencodable(Exception):
    """A value that MessagePack does not know."""


class Reader:
    """Reads from a buffer that it does not copy; a length greater than what is left is refused before anything is made."""

    def __init__(self, buf):
        self.buf = memoryview(buf)
        self.pos = 0
        self.end = len(buf)

    def number(self, size):
        pos = self.pos
        self.pos = pos + size
        if self.pos > self.end:
            raise Malformed
        return self.buf[pos] if size == 1 else int.from_bytes(self.buf[pos : pos + size], "big")

    def head(self):
        """Reads up to a value's content: its integer, float or boolean, or how long it is. Its kind is in `kind`."""
        tag = self.number(1)
        if tag < 0x80 or tag >= 0xE0:
            self.kind = wire.INT
            return tag if tag < 0x80 else tag - 256
        size = 1
        if tag < 0xC0:
            self.kind = wire.STR if tag >= 0xA0 else wire.ARRAY if tag >= 0x90 else wire.MAP
            n = tag & (31 if tag >= 0xA0 else 15)
        elif 0xCC <= tag <= 0xD3:
            self.kind = wire.INT
            size = 1 << (tag & 3)
            n = self.number(size)
            if tag >= 0xD0 and n >> (8 * size - 1):
                n -= 1 << (8 * size)
            return n
        elif tag >= 0xD9:
            self.kind = wire.STR if tag <= 0xDB else wire.ARRAY if tag <= 0xDD else wire.MAP
            n = self.number(1 << (tag - 0xD9) if tag <= 0xDB else 4 if tag & 1 else 2)
        elif tag == 0xC0:
            self.kind = wire.NIL
            return None
        elif tag == 0xC2 or tag == 0xC3:
            self.kind = wire.BOOL
            return tag == 0xC3
        elif 0xC4 <= tag <= 0xC6:
            self.kind = wire.BIN
            n = self.number(1 << (tag - 0xC4))
        elif tag == 0xCA or tag == 0xCB:
            self.kind = wire.FLOATING
            pos = self.pos
            self.pos = pos + (4 if tag == 0xCA else 8)
            if self.pos > self.end:
                raise Malformed
            return struct.unpack(">f" if tag == 0xCA else ">d", self.buf[pos : self.pos])[0]
        else:
            raise Malformed
        if n * (2 if self.kind == wire.MAP else 1) > self.end - self.pos:
            raise Malformed
        return n

    def expect(self, kind):
        n = self.head()
        if self.kind != kind:
            raise Malformed
        return n

    def integer(self, least=-(1 << 63), most=(1 << 63) - 1):
        n = self.expect(wire.INT)
        if n < least or n > most:
            raise Malformed
        return n

    def string(self):
        return self._text(self.expect(wire.STR))

    def _text(self, n):
        self.pos += n
        try:
            return str(self.buf[self.pos - n : self.pos], "utf-8")
        except (UnicodeError, ValueError):
            raise Malformed

    def skip(self, depth):
        """Passes over one value, without recursion."""
        left = [1]
        while left:
            if left[-1] == 0:
                left.pop()
                continue
            left[-1] -= 1
            n = self.head()
            if self.kind == wire.STR or self.kind == wire.BIN:
                self.pos += n
            elif n and self.kind >= wire.ARRAY:
                if len(left) > depth:
                    raise Malformed
                left.append(n if self.kind == wire.ARRAY else 2 * n)

    def value(self, depth=wire.MAX_DEPTH):
        n = self.head()
        kind = self.kind
        if kind < wire.STR:
            return n
        if kind == wire.STR:
            return self._text(n)
        if kind == wire.BIN:
            self.pos += n
            return bytes(self.buf[self.pos - n : self.pos])
        if n and depth <= 0:
            raise Malformed
        if kind == wire.ARRAY:
            return [self.value(depth - 1) for _ in range(n)]
        pairs = {}
        for _ in range(n):
            key = self.string()
            pairs[key] = self.value(depth - 1)
        return pairs

    def done(self):
        if self.pos != self.end:
            raise Malformed


def unpack(buf):
    reader = Reader(buf)
    try:
        value = reader.value()
    except RuntimeError:  # the stack of a small board
        raise Malformed
    reader.done()
    return value


def head(out, n, short, limit, wide):
    """Writes the head of something with a length: `short` up to `limit`, then 1 (if `wide` is even), 2 or 4 bytes."""
    if n < limit:
        out.append(short | n)
    elif n < 256 and wide >= 0xD9 and wide < 0xDC:
        out.append(0xD9)
        out.append(n)
    else:
        size = 2 if n < 65536 else 4
        out.append(wide + (0 if size == 2 else 1))
        out.extend(n.to_bytes(size, "big"))


def pack_int(out, n):
    if -32 <= n < 128:
        out.append(n & 255)
        return
    size = 0
    if n >= 0:
        while n >> (8 << size):
            size += 1
        tag = 0xCC
    else:
        while -n > 1 << ((8 << size) - 1):
            size += 1
        tag = 0xD0
    if size > 3:
        raise Unencodable("an integer of more than 64 bits")
    out.append(tag + size)
    out.extend((n if n >= 0 else n + (1 << (8 << size))).to_bytes(1 << size, "big"))


def pack(out, value, depth=wire.MAX_DEPTH):
    """Appends a value to a bytearray."""
    if value is None:
        out.append(0xC0)
    elif value is True or value is False:
        out.append(0xC3 if value else 0xC2)
    elif isinstance(value, int):
        pack_int(out, value)
    elif isinstance(value, float):
        out.append(0xCB if FLOAT == ">d" else 0xCA)
        out.extend(struct.pack(FLOAT, value))
    elif isinstance(value, str):
        text = value.encode()
        head(out, len(text), 0xA0, 32, 0xDA)
        out.extend(text)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        size = 0 if len(value) < 256 else 1 if len(value) < 65536 else 2
        out.append(0xC4 + size)
        out.extend(len(value).to_bytes(1 << size, "big"))
        out.extend(value)
    elif isinstance(value, (list, tuple, dict)):
        if value and depth <= 0:
            raise Unencodable("more than 32 levels")
        if not isinstance(value, dict):
            head(out, len(value), 0x90, 16, 0xDC)
            for each in value:
                pack(out, each, depth - 1)
            return
        head(out, len(value), 0x80, 16, 0xDE)
        for key, each in value.items():
            if not isinstance(key, str):
                raise Unencodable("a key that is no string")
            pack(out, key)
            pack(out, each, depth - 1)
    else:
        raise Unencodable("a value of type " + type(value).__name__)


def packb(value):
    out = bytearray()
    pack(out, value)
    return out  # it is not copied: what is large is made once
