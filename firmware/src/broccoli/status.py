"""What a node says of itself. Loaded when it does."""

from broccoli import frames, wire
from broccoli.msgpack import head, pack, pack_int

BOARD = "feed:board"


def status(node, state):
    config = node.config
    free = max(0, node.ledger.free())
    out = bytearray()
    frames.write(
        out,
        wire.STATUS,
        node.name,
        node.epoch,
        state,
        config["queue"],
        config["workers"],
        free,
        wire.MAX_FRAME,
        wire.MAX_TASK,
        0,
        site(config["site"]),
        functions(offered(node.registry), len(node.registry.by_number) + (BOARD not in node.registry.by_name)),
    )
    return out


def offered(registry):
    """What a registry knows, and the source that each board has (board.py), unless a module has one of its name."""
    if BOARD not in registry.by_name:
        yield 0, BOARD, "", (), False
    yield from infos(registry)


def infos(registry):
    """(number, name, version, parameters, replayable) of each task; those that may be left out are parameters in a tuple."""
    for number in sorted(registry.by_number):
        task = registry.by_number[number]
        params = [(each[:-1],) if each[-1] == "=" else each for each in (task.params or "").split()]
        yield number, task.name, task.version, params, task.replayable


def site(site):
    """A site (labels, latitude, longitude), or None, as it is on the wire."""
    out = bytearray()
    if site is not None:
        labels, latitude, longitude = site
        n = 3 if longitude is not None else 2 if latitude is not None else 1
        head(out, n, 0x90, 16, 0xDC)
        head(out, len(labels), 0x80, 16, 0xDE)
        for label in sorted(labels):
            pack(out, label)
            pack(out, labels[label])
        for degrees in (latitude, longitude)[: n - 1]:
            pack(out, degrees)
    return out


def functions(infos, count):
    """Functions as they are on the wire; one after another, as there may be little memory."""
    out = bytearray()
    if count:
        head(out, count, 0x90, 16, 0xDC)
    for number, name, version, parameters, replayable in infos:
        n = 5 if replayable else 4 if parameters else 3 if version else 2
        head(out, n, 0x90, 16, 0xDC)
        pack_int(out, number)
        pack(out, name)
        for each in (version, parameters, replayable)[: n - 2]:
            pack(out, each)
    return out
