"""Random bytes where MicroPython has none. Loaded when some are needed."""

import hardware  # the host's


def urandom(n):
    return bytes.fromhex(hardware.random(n))
