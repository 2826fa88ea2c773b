"""The largest piece of a heap that is free. Nothing of MicroPython gives it but its own printed words, so it is tried. Loaded when it is asked for."""

import gc


def largest(free, take=bytearray):
    """Bytes, to an eighth. What was tried is garbage, and collected at once."""
    n = free
    gc.disable()  # each attempt that fails would collect again
    try:
        while n > free >> 8:
            try:
                take(n)
                return n
            except MemoryError:
                n -= n >> 3
        return 0
    finally:
        gc.enable()
        gc.collect()
