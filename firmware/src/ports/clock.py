"""Sets the clock of a board, which begins in the year 2000. Loaded, and kept, if somebody is to be asked for the time."""

import asyncio
import time

import ntptime

from broccoli.compat import since, ticks_ms

_DAY = 86400  # s
_HOUR = 3600

_keeper = None
_at = None  # the tick at which the clock was set
_took = 0  # ms that this took


def _was_set(began):
    global _at, _took
    _at = ticks_ms()
    _took = since(began, _at)


def error():
    """How far the clock may be from the truth, in ms: it was set to a whole second, and runs up to 50 ppm wrong. 0: nobody set it here."""
    return 0 if _at is None else 1000 + _took + since(_at, ticks_ms()) // 20000


def ready(config, patiently):
    """Sets it before the first connection, and from then on each day. Raises an OSError while TLS, to which no certificate is valid yet in the
    year 2000, has no time.
    """
    global _keeper
    host = config.get("ntp") or ntptime.host
    pause = _HOUR
    if not _is_set() and (config["tls"] or _keeper is None) and _set(host, patiently):
        pause = _DAY
    if _keeper is None:
        _keeper = asyncio.create_task(_keep(host, patiently, pause))
    if config["tls"] and not _is_set():
        raise OSError("TLS needs the time, and the clock is not set")


def _is_set():
    return time.gmtime()[0] >= 2024


def _set(host, patiently):
    try:
        ntptime.host = host
        began = ticks_ms()
        patiently(ntptime.settime)
        _was_set(began)
        return True
    except Exception as error:  # of a name server too; there is another hour
        print("the clock cannot be set by %s:" % host, type(error).__name__, error)
        return False


async def _keep(host, patiently, pause):
    while True:
        await asyncio.sleep(pause)
        pause = _DAY if _set(host, patiently) else _HOUR
