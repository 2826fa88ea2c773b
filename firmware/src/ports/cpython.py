"""A PC, or a Raspberry Pi, with CPython: one more node."""

import asyncio
import os
import sys
from time import monotonic_ns

os.umask(0o077)  # what it stores is its owner's: keys, and code that it runs


def ticks_ms():
    return monotonic_ns() // 1000000


def ticks_diff(later, earlier):
    return later - earlier


def ticks_add(ticks, delta):
    return ticks + delta


class Connection:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def readinto(self, view):
        data = await self.reader.read(len(view))
        view[: len(data)] = data
        return len(data)

    def write(self, data, start=0):
        self.writer.write(bytes(data[start:]))  # which may keep it until it is sent

    async def drain(self):
        await self.writer.drain()

    def close(self):
        self.writer.close()


def _secured(tls):
    import ssl

    context = ssl.create_default_context(cafile=tls.get("ca"))
    if tls.get("cert"):
        context.load_cert_chain(tls["cert"], tls["key"])
    return context


async def connect(host, port, tls):
    if tls is None or tls is False:
        return Connection(*await asyncio.open_connection(host, port))
    tls = {} if tls is True else tls  # whom this machine trusts
    return Connection(*await asyncio.open_connection(host, port, ssl=_secured(tls), server_hostname=tls.get("name") or host))


async def breathe():
    await asyncio.sleep(0)


async def join(config, tries=0):
    """There is a network."""


def free(least):
    """There is memory."""
    return 1 << 30


def watchdog(milliseconds):
    return lambda: None


def reset():
    os.execv(sys.executable, [sys.executable] + sys.argv)


def cause():
    return "pwron"


def mark(text):
    """What survives a reset by a watchdog; here there is none."""


def marked():
    return ""
