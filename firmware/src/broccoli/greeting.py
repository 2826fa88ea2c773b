"""How a connection to a broker begins: who this is, and what it wants to hear. Loaded while there is one that begins."""

from broccoli.mqtt import KEEP_ALIVE, MqttError, text


def connect(client, user, password, will):
    out = client.begin()
    out.extend(b"\x00\x04MQTT\x04")
    # a clean session; a will is sent at least once, and retained
    out.append(2 | (0x2C if will else 0) | (0 if user is None else 0x80) | (0 if password is None else 0x40))
    out.extend(KEEP_ALIVE.to_bytes(2, "big"))
    text(out, client.name)
    for each in will or ():
        text(out, each)
    for each in (user, password):
        if each is not None:
            text(out, each)
    client.end(0x10)


def connected(client, data):
    if len(data) != 2 or data[1]:
        raise MqttError("refused by the broker: " + str(data[1] if len(data) > 1 else -1))
    client.unacked.clear()
    subscribe(client, client.topics())


def subscribe(client, topics):
    client.subscribing = client.next_id()
    out = client.begin()
    out.extend(client.subscribing.to_bytes(2, "big"))
    for topic, qos in topics:
        text(out, topic)
        out.append(qos)
    client.end(0x82)


def subscribed(client, data):
    if len(data) < 3:
        raise MqttError("half a SUBACK")
    if client.subscribing != data[0] << 8 | data[1]:
        return
    client.subscribing = 0
    if 0x80 in bytes(data[2:]):
        raise MqttError("the broker refuses a subscription")
    if not client.up:
        client.up = True
        if client.connected:
            client.connected()
