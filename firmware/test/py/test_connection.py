"""What the connections of MicroPython add to its streams, with a socket that takes and gives what it likes."""

import os
import sys

from ports import unix
from support import Random, raises


class Event:
    def __init__(self):
        self.clear()

    def set(self):
        self.is_set = True

    def clear(self):
        self.is_set = False


class Loop:
    """As much of asyncio as is used: its one task goes on by `step`."""

    Event = Event

    def __init__(self):
        self.core = self._io_queue = self
        self.task = None
        self.waits = 0

    def queue_write(self, socket):
        self.waits += 1

    def create_task(self, task):
        assert self.task is None, "two at a time that write"
        self.task = task
        return self

    def step(self):
        if self.task:
            try:
                next(self.task)
            except StopIteration:
                self.task = None

    def cancel(self):
        self.task.close()
        self.task = None


class Socket:
    """Takes a part of a piece, or nothing; what it did not take at all must come again as it was, as TLS has it."""

    def __init__(self, random):
        self.random = random
        self.got = bytearray()
        self.refused = None

    def close(self):
        pass

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


def connected(socket, reads=()):
    real = unix.asyncio
    unix.asyncio = loop = Loop()
    return unix.Connection(Stream(socket, reads)), loop, real


def test_what_is_written_while_earlier_pieces_wait_is_written_after_them():
    for seed in range(1, 100):
        random = Random(seed)
        socket = Socket(random)
        connection, loop, real = connected(socket)
        try:
            sent = bytearray()
            for _ in range(40):
                if random.below(3) == 0:
                    piece = random.bytes(1 + random.below(40))
                    sent.extend(piece)
                    connection.write(memoryview(piece))
                loop.step()
            while loop.task:
                assert connection.out and not connection.sent.is_set, ("seed", seed)
                loop.step()
            assert socket.got == sent, ("seed", seed)
            assert loop.waits and connection.sent.is_set and not connection.out, ("seed", seed)
        finally:
            unix.asyncio = real
        yield


def test_who_waits_for_what_is_written_hears_of_a_connection_that_ends():
    for end in ("broken", "closed", "closed at once"):
        socket = Socket(Random(1))
        connection, loop, real = connected(socket)
        try:
            socket.write = lambda data: None
            connection.write(b"x")
            if end != "closed at once":
                loop.step()
            if end != "broken":
                connection.close()
            else:
                socket.write = broken
                loop.step()
            assert loop.task is None and connection.sent.is_set and not connection.out, end
        finally:
            unix.asyncio = real


def broken(data):
    raise OSError(104)


def test_reading_goes_on_when_tls_had_nothing_for_us():
    connection = unix.Connection(Stream(None, [None, None, 7, 0]))
    assert result(connection.readinto(memoryview(bytearray(9)))) == 7
    assert result(connection.readinto(memoryview(bytearray(9)))) == 0  # the other end closed


def test_a_certificate_that_is_not_trusted_is_an_error_of_the_connection():
    connection = unix.Connection(Stream(None, [ValueError("\nThe certificate is not trusted\n")]))
    error = raises(OSError, result, connection.readinto(memoryview(bytearray(9))))
    assert str(error) == "The certificate is not trusted", error


class Tls:
    """The Python module of the name; there is memory for so many contexts."""

    CERT_REQUIRED = PROTOCOL_TLS_CLIENT = 1

    def __init__(self, room):
        self.room = room

    def SSLContext(self, protocol):
        self.room -= 1
        if self.room < 0:
            raise MemoryError
        return self

    def load_verify_locations(self, data):
        pass


class Network:
    """As much of asyncio as connects."""

    Event = Event

    def __init__(self):
        self.names = []

    async def open_connection(self, host, port, ssl=None, server_hostname=None):
        self.names.append(server_hostname)
        return Stream(None), None


def test_what_tls_needs_is_made_once_for_however_many_connections():
    real = unix.asyncio, unix._der, sys.modules.get("tls")
    unix.asyncio = network = Network()
    unix._der = lambda path: b""
    sys.modules["tls"] = Tls(1)
    unix._context = None
    try:
        for _ in range(3):
            result(unix.connect("192.168.1.10", 8883, {"ca": "ca.pem"}, "broker.lan"))
        result(unix.connect("broker", 8883, {"ca": "ca.pem"}))
        result(unix.connect("broker", 8883, {"ca": "ca.pem", "name": "named"}))
        assert network.names == ["broker.lan"] * 3 + ["broker", "named"], network.names
    finally:
        unix.asyncio, unix._der, tls = real
        unix._context = None
        if tls:
            sys.modules["tls"] = tls
        else:
            del sys.modules["tls"]


def test_a_file_of_pem_is_read_as_der():
    name = "pem-of-a-test"
    for text in (b"text before\n-----BEGIN X-----\naGVs\nbG8=\n-----END X-----\n", b"hello"):
        with open(name, "wb") as file:
            file.write(text)
        try:
            assert unix._der(name) == b"hello", unix._der(name)
        finally:
            os.remove(name)
