"""MicroPython on a PC, and what boards share with it."""

import asyncio
import gc
import sys
from binascii import a2b_base64


class Connection:
    """A stream whose writing is its own: those of MicroPython lose what is written while they drain, TLS must be given a piece that it did
    not take again as it was, and what begins a connection must get out though nobody drains yet.
    """

    def __init__(self, stream):
        self.stream = stream
        self.out = []  # what waits to be written
        self.sent = asyncio.Event()  # nothing does
        self.writing = None

    async def readinto(self, view):
        while True:
            try:
                n = await self.stream.readinto(view)
            except ValueError as error:
                raise _doubt(error)
            if n is not None:  # else TLS had something to read, but nothing for us
                return n

    def _put(self, data):
        try:
            return self.stream.s.write(data)
        except ValueError as error:
            raise _doubt(error)

    def write(self, data, start=0):
        """Writes what is behind `start`, or keeps a copy of it."""
        data = memoryview(data)[start:]
        if not self.out:
            n = self._put(data)
            if n == len(data):
                return
            data = data[n or 0 :]
            self.sent.clear()
            self.writing = asyncio.create_task(self._write())
        self.out.append(bytes(data))

    def _write(self):  # a generator, as what it waits with
        try:
            while self.out:
                yield asyncio.core._io_queue.queue_write(self.stream.s)
                piece = self.out[0]
                n = self._put(piece)
                if n == len(piece):
                    self.out.pop(0)
                elif n:
                    self.out[0] = piece[n:]
        except OSError:
            pass  # who reads hears of it too
        finally:
            self.out.clear()
            self.sent.set()

    async def drain(self):
        if self.out:
            await self.sent.wait()
        else:
            await asyncio.sleep_ms(0)

    def close(self):
        if self.out:
            self.writing.cancel()
            self.out.clear()  # it may not have begun, and then it does not end either
            self.sent.set()
        try:
            self.stream.s.close()
        except OSError:
            pass


def _doubt(error):
    """What TLS says of a certificate is why there is no connection."""
    return OSError(str(error).strip())


def _der(path):
    """The first certificate or key of a file; not each build of MicroPython reads PEM itself."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.find(b"-----BEGIN ")
    return data if at < 0 else a2b_base64(data[data.find(b"\n", at) : data.find(b"-----END ", at)])


def _secured(tls):
    from tls import CERT_REQUIRED, PROTOCOL_TLS_CLIENT, SSLContext  # the module below ssl, which is larger

    if tls is True or not tls.get("ca"):
        raise OSError("TLS needs the certificate of who vouches for the broker: tls, ca")
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.verify_mode = CERT_REQUIRED
    try:
        context.load_verify_locations(_der(tls["ca"]))
        if tls.get("cert"):
            context.load_cert_chain(_der(tls["cert"]), _der(tls["key"]))
    except ValueError as error:
        raise OSError("a file of TLS cannot be read: " + str(error))
    return context


_context = None  # made once, and kept: when memory is in pieces there may be no room to make it again


async def connect(host, port, tls, name=None):
    """`name` is that of the host, where `host` is its address."""
    global _context
    secured = {}
    if tls is not None and tls is not False:
        if _context is None:
            _context = _secured(tls)
        gc.collect()  # a handshake takes large pieces
        secured = {"ssl": _context, "server_hostname": tls.get("name") or name or host}
    reader, _ = await asyncio.open_connection(host, port, **secured)
    return Connection(reader)


def free(least):
    """Bytes of the heap that are free; garbage is collected first if they seem less than `least`."""
    if gc.mem_free() < least:
        gc.collect()
    return gc.mem_free()


def largest():
    """Of what is free, the bytes in one piece."""
    from broccoli.compat import seldom

    gc.collect()
    return seldom("heap", "ports").largest(gc.mem_free())


async def breathe():
    await asyncio.sleep_ms(0)


async def join(config, tries=0):
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
