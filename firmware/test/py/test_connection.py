"""What the connections of MicroPython add to its streams, with a socket that takes and gives what it likes."""

import os

from ports import unix
from support import Random, raises


class Loop:
    """As much of asyncio as is used."""

    core = None
    _io_queue = None

    def queue_write(self, socket):
        socket.waits += 1

    def sleep_ms(self, ms):
        return ()


class Socket:
    """Takes a part of a piece, or nothing; what it did not take at all must come again as it was, as TLS has it."""

    def __init__(self, random):
        self.random = random
        self.got = bytearray()
        self.refused = None
        self.waits = 0

    def write(self, data):
        assert self.refused is None or bytes(data) == self.refused, "not the piece that was refused"
        self.refused = None
        n = self.random.below(4)
        if n == 0:
            self.refused = bytes(data)
            return None
        n = len(data) if n == 1 else self.random.below(len(data)) + 1
        self.got.extend(data[:n])
        return n


class Stream:
    def __init__(self, socket, reads=()):
        self.s = socket
        self.reads = list(reads)

    async def readinto(self, view):
        n = self.reads.pop(0)
        if isinstance(n, Exception):
            raise n
        return n


def result(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


def test_what_is_written_while_earlier_pieces_drain_is_written_after_them():
    real = unix.asyncio
    loop = Loop()
    loop.core = loop._io_queue = loop
    unix.asyncio = loop
    try:
        for seed in range(1, 100):
            random = Random(seed)
            socket = Socket(random)
            connection = unix.Connection(Stream(socket))
            sent = bytearray()
            for _ in range(10):
                for _ in range(random.below(3)):
                    piece = random.bytes(1 + random.below(40))
                    sent.extend(piece)
                    connection.write(memoryview(piece))
                for _ in connection.drain():
                    if random.below(6) == 0:
                        piece = random.bytes(1 + random.below(40))
                        sent.extend(piece)
                        connection.write(piece)
            assert socket.got == sent, ("seed", seed)
            assert socket.waits, ("seed", seed)
            yield
    finally:
        unix.asyncio = real


def test_reading_goes_on_when_tls_had_nothing_for_us():
    connection = unix.Connection(Stream(None, [None, None, 7, 0]))
    assert result(connection.readinto(memoryview(bytearray(9)))) == 7
    assert result(connection.readinto(memoryview(bytearray(9)))) == 0  # the other end closed


def test_a_certificate_that_is_not_trusted_is_an_error_of_the_connection():
    connection = unix.Connection(Stream(None, [ValueError("\nThe certificate is not trusted\n")]))
    error = raises(OSError, result, connection.readinto(memoryview(bytearray(9))))
    assert str(error) == "The certificate is not trusted", error


def test_a_file_of_pem_is_read_as_der():
    name = "pem-of-a-test"
    for text in (b"text before\n-----BEGIN X-----\naGVs\nbG8=\n-----END X-----\n", b"hello"):
        with open(name, "wb") as file:
            file.write(text)
        try:
            assert unix._der(name) == b"hello", unix._der(name)
        finally:
            os.remove(name)
