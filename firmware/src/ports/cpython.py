"""A PC, or a Raspberry Pi, with CPython: one more node."""

import asyncio
import os
import sys


class Connection:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def readinto(self, view):
        data = await self.reader.read(len(view))
        view[: len(data)] = data
        return len(data)

    def write(self, data):
        self.writer.write(data)

    async def drain(self):
        await self.writer.drain()

    def close(self):
        self.writer.close()


async def connect(host, port, tls):
    return Connection(*await asyncio.open_connection(host, port, ssl=tls or None))


async def breathe():
    await asyncio.sleep(0)


async def join(config):
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
