"""The first packet of a connection to a broker. Loaded when there is one."""

from broccoli.mqtt import KEEP_ALIVE, _text, packet


def connect(name, user, password, will):
    flags = 2
    parts = [_text(name)]
    if will:
        flags |= 0x2C  # at least once, retained
        parts += [_text(will[0]), _text(will[1])]
    if user is not None:
        flags |= 0x80
        parts.append(_text(user))
    if password is not None:
        flags |= 0x40
        parts.append(_text(password))
    keep = KEEP_ALIVE.to_bytes(2, "big")
    return packet(0x10, b"\x00\x04MQTT\x04", bytes((flags,)), keep, *parts)
