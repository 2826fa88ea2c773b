"""An MQTT 3.1.1 client for one connection after another: clean sessions, QoS 0 and 1, a will.

What comes in is read into one buffer of fixed size. A packet that is larger is drained, counted, and acknowledged: else a broker
would send it for ever. What goes out is written packet by packet, each of them whole, in one buffer too: both are made at the start,
because a heap that is in pieces soon has no piece of that size.
"""

import asyncio

from broccoli.compat import port, seldom, since, ticks_ms

KEEP_ALIVE = 10  # seconds
RESEND = 5000  # ms without PUBACK
_MAX_UNACKED = 4  # packets that may wait for a PUBACK; of more the oldest is forgotten


_ROOM = 4  # bytes before the content of a packet, for its kind and its length
_OUT = 1152  # bytes of what goes out: a frame, or an answer as long as the longest task, and its topic


class MqttError(Exception):
    pass


def text(out, value):
    data = value if isinstance(value, (bytes, bytearray)) else value.encode()
    out.extend(len(data).to_bytes(2, "big"))
    out.extend(data)


class Client:
    """Calls `received(topic, payload, retained)` with a view of its buffer, that is to be copied from before it returns."""

    def __init__(self, name, received, buffer):
        self.name = name
        self.received = received
        self.buf = bytearray(buffer)
        self.out = bytearray(_OUT)
        self.greeting = None  # the module, until a connection is up
        self.conn = None
        self.up = False
        self.packet_id = 0
        self.unacked = {}  # packet id: [packet, when sent]
        self.subscribing = 0
        self.oversized = 0
        self.heard = 0
        self.spoke = 0

    # ---- one connection

    async def run(self, host, broker_port, tls=None, user=None, password=None, will=None, topics=None, connected=None):
        """Connects, subscribes, then calls `connected`, and reads until the connection ends, which raises an OSError or MqttError."""
        self.conn = await asyncio.wait_for(port.connect(host, broker_port, tls), 10)
        try:
            self.heard = self.spoke = ticks_ms()
            self._dropped = False
            self.task = asyncio.current_task()
            self.greet().connect(self, user, password, will)
            will = None  # its memory is not needed any more
            self.topics = topics
            self.connected = connected
            await self._read()
        except asyncio.CancelledError:
            if not self._dropped:
                raise
            raise OSError("nothing was heard of the broker")
        finally:
            self.up = False
            conn, self.conn = self.conn, None
            if conn:
                conn.close()

    def beat(self, now):
        """Asks for an answer when nothing went out, or nothing came; ends a connection over which nothing comes. Call it each second."""
        if since(self.heard, now) > KEEP_ALIVE * 1500:
            self.drop()
        elif self.up:
            for entry in self.unacked.values():
                if since(entry[1], now) > RESEND:
                    entry[0][0] |= 8
                    entry[1] = now
                    self._write(entry[0])
            if max(since(self.spoke, now), since(self.heard, now)) > KEEP_ALIVE * 500:
                self._write(b"\xc0\x00")

    def drop(self):
        """Ends the connection, if there is one."""
        if self.conn and not self._dropped:
            self._dropped = True
            self.task.cancel()

    def greet(self):
        self.greeting = self.greeting or seldom("greeting")
        return self.greeting

    def _write(self, data, start=0):
        if self.conn:
            self.spoke = ticks_ms()
            self.conn.write(data, start)

    async def drain(self):
        if self.conn:
            await self.conn.drain()

    # ---- out

    def next_id(self):
        while True:
            self.packet_id = self.packet_id % 65535 + 1
            if self.packet_id not in self.unacked:
                return self.packet_id

    def begin(self, topic=""):
        """The buffer, to which the content of a packet is to be appended. Nothing else may be sent, or awaited, until `end`."""
        self.out[:] = b"\0\0\0\0"  # MicroPython keeps the memory of what is cut off
        if topic:
            text(self.out, topic)
        return self.out

    def end(self, head):
        """Sends the packet that was begun. Returns where in the buffer it starts."""
        out = self.out
        n = len(out) - _ROOM
        size = 1 if n < 1 << 7 else 2 if n < 1 << 14 else 3
        start = _ROOM - 1 - size
        out[start] = head
        for i in range(1, size + 1):
            out[start + i] = n & 127 | (128 if i < size else 0)
            n >>= 7
        self._write(out, start)
        if len(out) > _OUT:  # what is larger takes memory for once only
            self.out = bytearray(_OUT)
        return start

    def publish(self, topic, payload, qos=0, retain=False):
        """Sends now, or not at all: False while there is no connection. With QoS 1 it is sent again until it is acknowledged."""
        if not self.up:
            return False
        out = self.begin(topic)
        if qos:
            pid = self.next_id()
            out.extend(pid.to_bytes(2, "big"))
        out.extend(payload)
        start = self.end(0x30 | qos << 1 | retain)
        if qos:
            while len(self.unacked) >= _MAX_UNACKED:
                del self.unacked[min(self.unacked, key=lambda each: self.unacked[each][1])]
            self.unacked[pid] = [out[start:], ticks_ms()]
        return True

    def acknowledge(self, pid):
        self.begin().extend(pid)
        self.end(0x40)

    # ---- in

    async def _read(self):
        buf = self.buf
        view = memoryview(buf)
        start = end = 0
        skip = 0  # bytes of an oversized packet that are still to come
        while True:
            if start == end:
                start = end = 0
            elif start and end == len(buf):
                view[: end - start] = view[start:end]
                end -= start
                start = 0
            n = await self.conn.readinto(view[end:])
            if not n:
                raise OSError("the broker closed the connection")
            self.heard = ticks_ms()
            end += n
            while start < end:
                if skip:
                    taken = min(skip, end - start)
                    skip -= taken
                    start += taken
                    continue
                body, size = self._length(start, end)
                if body < 0:
                    break
                total = body - start + size
                if total > len(buf):
                    from broccoli import oversized

                    taken = oversized.begins(self, start, body, end)
                    if not taken:
                        break
                    skip = total - taken
                    start += taken
                elif total > end - start:
                    break
                else:
                    self._packet(buf[start], view[body : body + size])
                    start += total

    def _length(self, start, end):
        """Where the packet's content begins (-1: not known yet), and how long it is."""
        size = 0
        for i in range(4):
            at = start + 1 + i
            if at >= end:
                return -1, 0
            byte = self.buf[at]
            size |= (byte & 127) << (7 * i)
            if byte < 128:
                return at + 1, size
        raise MqttError("a length that is too long")

    def _packet(self, head, data):
        kind = head >> 4
        if kind == 3:
            at = 2 + (data[0] << 8 | data[1]) if len(data) > 1 else 2
            body = at + (2 if head & 6 else 0)
            if body > len(data) or head & 6 == 6:
                raise MqttError("half a PUBLISH")
            try:
                topic = str(data[2:at], "utf-8")
            except (UnicodeError, ValueError):
                topic = ""
            if head & 6:
                self.acknowledge(data[at:body])
            self.received(topic, data[body:], head & 1)
        elif kind == 4:
            if len(data) == 2:
                self.unacked.pop(data[0] << 8 | data[1], None)  # a repeated one changes nothing
        elif kind == 2:
            self.greet().connected(self, data)
        elif kind == 9:
            self.greet().subscribed(self, data)
            self.greeting = None
