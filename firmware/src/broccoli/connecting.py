"""Connections to brokers: to which of them, with what, and when the next one is due. Loaded whenever a step of it is to be taken."""

from random import random

from broccoli import node as nodes
from broccoli import wire
from broccoli.compat import seldom, since, ticks_ms

_LASTING = 10000  # ms; a connection that stood for less changes nothing: somebody else may have this name


def listed(config):
    """(host, port) of each, in their order. Raises a ValueError that says what is wrong."""
    text = config["broker"]
    at = text.find("://")
    scheme = text[:at] if at >= 0 else "mqtt"
    if scheme not in ("mqtt", "mqtts"):
        raise ValueError("config.py, broker %r: the scheme is mqtt or mqtts" % text)
    brokers = []
    for each in text[at + 3 if at >= 0 else 0 :].split(","):
        host, port = each.strip(), ""
        if host[:1] == "[":
            host, _, port = host[1:].partition("]")
        elif host.count(":") == 1:
            host, port = host.split(":")
        port = port.strip(":") or str(config.get("port") or (8883 if scheme == "mqtts" else 1883))
        if not host or "/" in host or "@" in host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("config.py, broker %r: it is hosts, each with its port or without, and commas between them" % text)
        brokers.append((host, int(port)))
    return brokers


def tls(config):
    """What a connection has to be secured with; a scheme that says so is enough where the authorities are known."""
    secured = config["tls"]
    return True if config["broker"][:8] == "mqtts://" and (secured is None or secured is False) else secured


def upcoming(node):
    """What the client is to run with."""
    config = node.config
    brokers = listed(config)
    host, port = brokers[node.tries % len(brokers)]
    will = (node.root + "p/" + node.name, seldom("status").status(node, wire.GONE))
    return host, port, tls(config), config["user"], config["password"], will, node.topics, node._connected


def topics(node):
    presences = node.name
    if node.cluster:
        node.cluster.wide = True
        presences = "+"
    root = node.root
    return ((root + "i/" + node.name + "/#", 0), (root + "p/" + presences, 0), (root + "hello", 0))


def connected(node):
    print("connected")
    node.linked = ticks_ms()
    node.announce()
    if node.cluster:
        node.cluster.connected()


def pause(node, error):
    """Says why there is no connection, and returns how many seconds it is until the next attempt. The first broker is the first again
    after each connection that lasted; all are tried before the pauses grow.
    """
    brokers = listed(node.config)
    n = len(brokers)
    where = " (%s:%d)" % brokers[node.tries % n] if n > 1 else ""
    why = type(error).__name__ + " " + str(error) + where
    print("no connection:", why)
    if "trial" in node.config:
        node.trial.heard = why
    lasted = node.linked is not None and since(node.linked, ticks_ms()) > _LASTING
    node.linked = None
    node.tries = 0 if lasted else node.tries + 1
    return min(nodes.LONGEST_PAUSE, 500 << min(5, node.tries // n)) * (0.5 + random() / 2) / 1000
