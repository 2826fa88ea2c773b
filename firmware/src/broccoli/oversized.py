"""What is too large to be read. Loaded with the first such packet."""

from broccoli.mqtt import MqttError


def begins(client, start, body, end):
    """Acknowledges a packet that begins there in the buffer. How much of it is done with; 0: more is needed to tell."""
    buf = client.buf
    if buf[start] >> 4 != 3:
        raise MqttError("a packet of control that is too large")
    if end - body < 2:
        return 0
    ids = body + 2 + (buf[body] << 8 | buf[body + 1])
    if buf[start] >> 1 & 3:
        if ids + 2 - start > len(buf):
            raise MqttError("a topic that is too long")
        if ids + 2 > end:
            return 0
        client.acknowledge(memoryview(buf)[ids : ids + 2])
    client.oversized += 1
    return end - start
