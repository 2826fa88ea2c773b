"""MicroPython on a PC, and what boards share with it."""

import asyncio
import gc
import sys


class Connection:
    def __init__(self, stream):
        self.stream = stream

    async def readinto(self, view):
        return await self.stream.readinto(view)

    def write(self, data):
        self.stream.write(data)

    async def drain(self):
        await self.stream.drain()

    def close(self):
        try:
            self.stream.s.close()
        except OSError:
            pass


async def connect(host, port, tls):
    reader, _ = await asyncio.open_connection(host, port, **({"ssl": tls} if tls else {}))
    return Connection(reader)


def free(least):
    """Bytes of the heap that are free; garbage is collected first if they seem less than `least`."""
    if gc.mem_free() < least:
        gc.collect()
    return gc.mem_free()


async def breathe():
    await asyncio.sleep_ms(0)


async def join(config):
    """There is a network."""


def watchdog(milliseconds):
    return lambda: None


def reset():
    sys.exit()


def cause():
    return "pwron"


def mark(text):
    """What survives a reset by a watchdog; here there is none."""


def marked():
    return ""
