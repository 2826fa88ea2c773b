"""An MQTT 3.1.1 client for one connection after another: clean sessions, QoS 0 and 1, a will.

What comes in is read into one buffer of fixed size. A packet that is larger is drained, counted, and acknowledged: else a broker
would send it for ever. What goes out is written packet by packet, each of them whole.
"""

import asyncio

from broccoli.compat import port, seldom, since, ticks_ms

KEEP_ALIVE = 10  # seconds
RESEND = 5000  # ms without PUBACK
_MAX_UNACKED = 4  # packets that may wait for a PUBACK; of more the oldest is forgotten


class MqttError(Exception):
    pass


def _text(value):
    data = value if isinstance(value, (bytes, bytearray)) else value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(head, *parts):
    n = 0
    for part in parts:
        n += len(part)
    out = bytearray((head,))
    while True:
        out.append(n & 127 | (128 if n > 127 else 0))
        n >>= 7
        if not n:
            break
    for part in parts:
        out.extend(part)
    return out


class Client:
    """Calls `received(topic, payload, retained)` with a view of its buffer, that is to be copied from before it returns."""

    def __init__(self, name, received, buffer):
        self.name = name
        self.received = received
        self.buf = bytearray(buffer)
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
        beat = None
        try:
            self.heard = self.spoke = ticks_ms()
            self._dropped = False
            self.task = asyncio.current_task()
            self._write(seldom("greeting").connect(self.name, user, password, will))
            self.topics = topics
            self._connected = connected
            beat = asyncio.create_task(self._beat())
            await self._read()
        except asyncio.CancelledError:
            if not self._dropped:
                raise
            raise OSError("nothing was heard of the broker")
        finally:
            self.up = False
            conn, self.conn = self.conn, None
            if beat:
                beat.cancel()
            if conn:
                conn.close()

    async def _beat(self):
        """Asks for an answer when nothing went out, or nothing came; ends a connection over which nothing comes."""
        while True:
            await asyncio.sleep(1)
            now = ticks_ms()
            if since(self.heard, now) > KEEP_ALIVE * 1500:
                self.drop()
                return
            if self.up:
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

    def _write(self, data):
        if self.conn:
            self.spoke = ticks_ms()
            self.conn.write(data)

    async def drain(self):
        if self.conn:
            await self.conn.drain()

    # ---- out

    def next_id(self):
        while True:
            self.packet_id = self.packet_id % 65535 + 1
            if self.packet_id not in self.unacked:
                return self.packet_id

    def publish(self, topic, payload, qos=0, retain=False):
        """Sends now, or not at all: False while there is no connection. With QoS 1 it is sent again until it is acknowledged."""
        if not self.up:
            return False
        if qos:
            pid = self.next_id()
            data = packet(0x32 | retain, _text(topic), pid.to_bytes(2, "big"), payload)
            while len(self.unacked) >= _MAX_UNACKED:
                del self.unacked[min(self.unacked, key=lambda each: self.unacked[each][1])]
            self.unacked[pid] = [data, ticks_ms()]
        else:
            data = packet(0x30 | retain, _text(topic), payload)
        self._write(data)
        return True

    def subscribe(self, topics):
        """Takes pairs of a filter and a QoS."""
        self.subscribing = self.next_id()
        parts = [self.subscribing.to_bytes(2, "big")]
        for topic, qos in topics:
            parts += [_text(topic), bytes((qos,))]
        self._write(packet(0x82, *parts))

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
                view[: end - start] = bytes(view[start:end])
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
                    taken = self._oversized(view, start, body, end)
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
        raise MqttError("a length of more than four bytes")

    def _oversized(self, view, start, body, end):
        """Acknowledges what is too large to be read. How much of it is done with; 0: more is needed to tell."""
        if self.buf[start] >> 4 != 3:
            raise MqttError("a packet of control that is too large")
        if end - body < 2:
            return 0
        ids = body + 2 + (self.buf[body] << 8 | self.buf[body + 1])
        qos = self.buf[start] >> 1 & 3
        if qos:
            if ids + 2 - start > len(self.buf):
                raise MqttError("a topic that is too long")
            if ids + 2 > end:
                return 0
            self._write(packet(0x40, view[ids : ids + 2]))
        self.oversized += 1
        return end - start

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
                self._write(packet(0x40, data[at:body]))
            self.received(topic, data[body:], head & 1)
        elif kind == 4:
            if len(data) == 2:
                self.unacked.pop(data[0] << 8 | data[1], None)  # a repeated one changes nothing
        elif kind == 2:
            if len(data) != 2 or data[1]:
                raise MqttError("refused by the broker: " + str(data[1] if len(data) > 1 else -1))
            self.unacked.clear()
            self.subscribe(self.topics())
        elif kind == 9:
            if len(data) < 3:
                raise MqttError("half a SUBACK")
            if self.subscribing == data[0] << 8 | data[1]:
                self.subscribing = 0
                if 0x80 in bytes(data[2:]):
                    raise MqttError("the broker refuses a subscription")
                if not self.up:
                    self.up = True
                    if self._connected:
                        self._connected()
