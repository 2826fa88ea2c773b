"""An ESP32, or another board of which MicroPython knows Wi-Fi, a watchdog and memory that survives a reset."""

import asyncio

import machine

from ports import unix
from ports.unix import breathe, free

_RESOLVING = 60000  # ms that a name server may take: meanwhile nothing else runs, and nobody feeds the watchdog

_CAUSES = {}
for _name in ("PWRON", "HARD", "WDT", "DEEPSLEEP", "SOFT"):
    _CAUSES[getattr(machine, _name + "_RESET", -1)] = _name.lower()


async def join(config):
    """Returns when there is Wi-Fi. A radio that finds nothing for half a minute is switched off and on."""
    import network

    wlan = network.WLAN(network.STA_IF)
    tries = 0
    while not wlan.isconnected():
        if tries % 30 == 0:
            wlan.active(False)
            await asyncio.sleep_ms(100)
            wlan.active(True)
            wlan.connect(config["ssid"], config["key"])
        tries += 1
        await asyncio.sleep_ms(1000)
    if config["tls"]:
        _clock(config.get("ntp"))


def _clock(host):
    """A board begins in the year 2000, when no certificate was valid yet."""
    import time

    if time.gmtime()[0] < 2024:
        import ntptime

        ntptime.host = host or ntptime.host
        _patiently(ntptime.settime)


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
