"""The one place that asks which Python this is: MicroPython on a board, in WebAssembly or on Unix, or CPython."""

import sys

if sys.implementation.name == "micropython":
    from time import ticks_add, ticks_diff, ticks_ms

    if sys.platform == "webassembly":
        from ports import wasm as port
    elif sys.platform == "esp32":
        from ports import esp32 as port
    else:
        from ports import unix as port

    def coroutine(generator):
        return generator  # may be awaited as it is
else:
    from types import coroutine

    from ports import cpython as port
    from ports.cpython import ticks_add, ticks_diff, ticks_ms


FLOAT = ">d" if 1.0 + 1e-9 != 1.0 else ">f"  # what this build computes with


def since(then, now):
    """Milliseconds from a tick to a later one. Ticks begin again after 12 days: what seems to be yet to come was long ago. So only ticks
    that have passed are kept, never those at which something is due.
    """
    passed = ticks_diff(now, then)
    return passed if passed >= 0 else 0 if passed > -1000 else 1 << 29


def trace(error):
    """The traceback of an exception as text, its end if it is long."""
    try:
        from broccoli import failures

        return failures.trace(error)
    except MemoryError:
        return ""


def seldom(name, package="broccoli"):
    """A module that is needed for a moment only: its memory is free again when who asked has done with it."""
    __import__(package + "." + name)
    module = sys.modules.pop(package + "." + name)
    delattr(sys.modules[package], name)
    return module
