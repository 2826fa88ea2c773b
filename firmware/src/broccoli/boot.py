"""What a board must not forget: which life it is in, and which tasks stopped it."""

import os

from broccoli.compat import port

_SUSPECTS = 8  # tasks that are remembered


def _read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ""


def _write(path, text):
    """All of it, or nothing, whenever the power fails."""
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


def count(flash):
    """The number of this life, and whether the next one will know of it."""
    text = _read(flash + "boots")
    epoch = int(text) + 1 if text.isdigit() else 1
    return epoch, keep(flash, epoch)


def keep(flash, epoch):
    try:
        _write(flash + "boots", str(epoch))
        return True
    except OSError as error:  # a full flash: the broker's copy of our STATUS still tells
        print("the boot counter cannot be written:", error)
        return False


def suspects(flash):
    """Tasks during which a watchdog had to reset this board."""
    lines = [each for each in _read(flash + "suspects").split("\n") if each]
    mark = port.marked()
    if port.cause() == "wdt" and mark:
        lines = lines[1 - _SUSPECTS :] + [mark]
        try:
            _write(flash + "suspects", "\n".join(lines))
        except OSError as error:
            print("the suspect cannot be noted:", error)
    port.mark("")
    return lines
