"""MicroPython in a worker of Node: a board of which the host plays the hardware."""

import asyncio
import gc
import json

import hardware  # the host's
import uctypes

cause = hardware.cause
mark = hardware.mark
marked = hardware.marked
reset = hardware.reset


_woken = {}


def _wake(what):
    """The host's only way in: something happened to a socket, or it is time to go on."""
    event = _woken.get(what)
    if event:
        event.set()
        asyncio.core._run_iter()


hardware.onwake(_wake)


async def _wait(what):
    event = _woken.get(what)
    if event is None:
        event = _woken[what] = asyncio.Event()
    await event.wait()
    event.clear()


class Connection:
    """Bytes go straight between the sockets of the host and the heap of the interpreter."""

    def __init__(self, socket):
        self.socket = socket

    async def readinto(self, view):
        while True:
            n = hardware.receive(self.socket, uctypes.addressof(view), len(view))
            if n >= 0:
                return n
            await _wait(self.socket)

    def write(self, data, start=0):
        hardware.send(self.socket, uctypes.addressof(data) + start, len(data) - start)

    async def drain(self):
        while hardware.congested(self.socket):
            await _wait(-self.socket)

    def close(self):
        hardware.shut(self.socket)
        _woken.pop(self.socket, None)
        _woken.pop(-self.socket, None)


async def connect(host, port, tls):
    connection = Connection(hardware.open(host, port, json.dumps(tls)))
    while hardware.state(connection.socket) == 0:
        await _wait(connection.socket)
    if hardware.state(connection.socket) < 0:
        why = hardware.why(connection.socket)
        connection.close()
        raise OSError(why)
    return connection


def free(least):
    """Of the heap that the host gave it, though this interpreter would take more. It collects when the host has its turn."""
    n = hardware.heap - gc.mem_alloc()
    if n < least:
        gc.collect()
    return n


async def breathe():
    hardware.soon()  # a pause of 0 ms would never let the host in, and one of 1 ms is long
    await _wait(0)


async def join(config, tries=0):
    """The host has a network."""


def watchdog(milliseconds):
    hardware.watchdog(milliseconds)
    return hardware.feed
