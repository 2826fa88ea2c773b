"""How a board is: a source that each has. Loaded when somebody subscribes to it; no registry knows it, so it takes no memory until then."""

from broccoli import node
from broccoli.compat import port, ticks_ms
from broccoli.tasks import Task

NAME = "feed:board"  # as status.py says
NUMBER = 0  # those of a registry begin with 1
_EVERY = 5000  # ms
_PC = 1 << 30  # bytes that are free where nobody counts them


def task():
    return Task(NUMBER, NAME, _subscribe, "epoch= sequence=", False, True, "")


def _subscribe(epoch=0, sequence=0):
    from broccoli import feeds

    return feeds.subscribe(NAME, read, _EVERY, "latest", epoch, sequence)


def read():
    """Seconds since this life began, why the one before ended, bytes of the heap that are free and those in one piece, dBm of the Wi-Fi; of
    the last three what the hardware says.
    """
    sample = {"uptime": uptime(node.current.ledger, ticks_ms()), "reset": port.cause()}
    for name, gauge in (("largest", getattr(port, "largest", None)), ("rssi", getattr(port, "rssi", None))):
        if gauge:
            try:
                sample[name] = gauge()
            except (OSError, MemoryError):
                pass  # it is just not connected, or as short of memory as the rest will tell
    free = port.free(0)  # after garbage was collected, where that is possible
    if free < _PC:
        sample["free"] = free
    return sample


def uptime(ledger, now):
    from broccoli.feeds import uptime_ms

    return uptime_ms(ledger, now) // 1000
