"""An ESP32, or another board of which MicroPython knows Wi-Fi, a watchdog and memory that survives a reset."""

import machine

from ports import unix
from ports.unix import breathe, free, largest

_RESOLVING = 60000  # ms that a name server may take: meanwhile nothing else runs, and nobody feeds the watchdog

_CAUSES = {}
for _name in ("PWRON", "HARD", "WDT", "DEEPSLEEP", "SOFT"):
    _CAUSES[getattr(machine, _name + "_RESET", -1)] = _name.lower()


_network = 0  # which of the Wi-Fis of config.py it is in
_clock = None  # who keeps it


async def join(config, tries=0):
    """Returns when there is Wi-Fi: that which there is, the first that is found, or another if no broker answered through it."""
    global _clock, _network
    import network

    from broccoli.compat import seldom

    wlan = network.WLAN(network.STA_IF)
    others = len(config.get("networks") or ()) > 1
    elsewhere = others and tries > 0 and tries % (config["broker"].count(",") + 1) == 0
    if elsewhere or not wlan.isconnected():
        _network = await seldom("wifi", "ports").join(wlan, config, _network + 1 if elsewhere else 0)
    if config["tls"] or config.get("ntp"):
        if _clock is None:
            _clock = seldom("clock", "ports")
        _clock.ready(config, _patiently)


def clock_error():
    """How far the clock may be from the truth, in ms; 0 if nobody set it here."""
    return 0 if _clock is None else _clock.error()


_patience = 0  # of the watchdog


def watchdog(milliseconds):
    global _patience
    _patience = milliseconds
    return machine.WDT(0, milliseconds).feed


def _patiently(work, *args):
    """Does what may ask a name server, with a patient watchdog."""
    if not _patience:
        return work(*args)
    machine.WDT(0, max(_patience, _RESOLVING)).feed()
    try:
        return work(*args)
    finally:
        machine.WDT(0, _patience).feed()


async def connect(host, port, tls):
    from socket import getaddrinfo

    found = _patiently(getaddrinfo, host, port)
    if not found:
        raise OSError("no address of " + host)
    return await unix.connect(found[0][-1][0], port, tls, host)


def rssi():
    import network

    return network.WLAN(network.STA_IF).status("rssi")


def reset():
    machine.reset()


def cause():
    return _CAUSES.get(machine.reset_cause(), "?")


def mark(text):
    """Notes what runs, where a watchdog's reset does not reach it."""
    machine.RTC().memory(text.encode())


def marked():
    try:
        return bytes(machine.RTC().memory()).decode()
    except (UnicodeError, ValueError):
        return ""
