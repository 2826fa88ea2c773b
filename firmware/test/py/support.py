"""What the tests share, on MicroPython and on CPython."""

import json
import sys

from broccoli import frames

CPYTHON = sys.implementation.name == "cpython"  # where as much takes a tenth of the time
FOLDER = "/lib/golden/" if sys.platform == "webassembly" else "../../../transport/core/src/test/resources/golden/"


def golden(name):
    with open(FOLDER + name + ".json") as file:
        return json.load(file)


def encode(kind, *fields):
    """A frame."""
    out = bytearray()
    frames.write(out, kind, *fields)
    return out


def raises(kind, f, *args):
    try:
        f(*args)
    except kind as error:
        return error
    raise AssertionError("no " + kind.__name__)


class Random:
    """The same numbers on each interpreter, for a seed (xorshift)."""

    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFF or 1

    def below(self, n):
        x = self.state
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        self.state = x
        return (x >> 3) % n

    def bytes(self, n):
        return bytes([self.below(256) for _ in range(n)])

    def choice(self, some):
        return some[self.below(len(some))]


_running = None


def begin(test):
    """Tests that are generators pause now and then: True while there is more to do."""
    global _running
    _running = test()
    return hasattr(_running, "send") and go_on()


def go_on():
    try:
        next(_running)
        return True
    except StopIteration:
        return False
