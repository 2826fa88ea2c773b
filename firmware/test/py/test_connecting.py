"""Brokers, as config.py says them, and the turns that they have."""

from broccoli import connecting, node
from broccoli.compat import ticks_add, ticks_ms
from support import raises


def listed(broker, port=None):
    return connecting.listed({"broker": broker, "port": port})


def test_brokers_are_said_as_other_members_say_them():
    assert listed("192.168.1.10") == [("192.168.1.10", 1883)]
    assert listed("192.168.1.10", 1884) == [("192.168.1.10", 1884)]
    assert listed("a,b:1884, c", 7) == [("a", 7), ("b", 1884), ("c", 7)]
    assert listed("mqtt://a:1883,b") == [("a", 1883), ("b", 1883)]
    assert listed("mqtts://a,b:8884") == [("a", 8883), ("b", 8884)]
    assert listed("fe80::1") == [("fe80::1", 1883)]
    assert listed("[fe80::1]:1884,[::2]") == [("fe80::1", 1884), ("::2", 1883)]


def test_what_is_no_broker_is_told():
    for wrong in ("a,", "mqtt://", "a:x", "a:70000", "a:0", "mqtt://me:secret@a", "mqtt://a/b", "tcp://a", "a b@c"):
        assert repr(wrong) in str(raises(ValueError, listed, wrong)), wrong


def test_a_scheme_that_says_so_is_tls():
    for broker, tls, result in (("mqtts://a", None, True), ("mqtts://a", {"ca": "x"}, {"ca": "x"}), ("mqtt://a", {"ca": "x"}, {"ca": "x"}), ("a", None, None)):
        assert connecting.tls({"broker": broker, "tls": tls}) == result


class Board:
    def __init__(self, broker):
        self.config = {"broker": broker, "port": None}
        self.tries = 0
        self.linked = None

    def fails(self):
        """The broker that fails, and the pause after it at its longest."""
        broker = connecting.listed(self.config)
        host = broker[self.tries % len(broker)][0]
        real = connecting.random
        connecting.random = lambda: 1.0
        try:
            return host, connecting.pause(self, OSError("it is away"))
        finally:
            connecting.random = real


def test_all_brokers_have_their_turn_before_the_pauses_grow():
    board = Board("a,b")
    assert [board.fails() for _ in range(5)] == [("a", 0.5), ("b", 1.0), ("a", 1.0), ("b", 2.0), ("a", 2.0)]
    for _ in range(20):
        longest = board.fails()[1]
    assert longest == node.LONGEST_PAUSE / 1000
    alone = Board("a")
    assert [alone.fails()[1] for _ in range(6)] == [1, 2, 4, 8, 16, 16]


def test_the_first_broker_is_the_first_again_after_a_connection_that_lasted():
    board = Board("a,b")
    assert board.fails()[0] == "a"
    board.linked = ticks_add(ticks_ms(), -1000)  # somebody else has this name, and the broker ended it
    assert board.fails() == ("b", 1.0)
    assert board.fails()[0] == "a"
    board.linked = ticks_add(ticks_ms(), -11000)
    assert board.fails() == ("b", 0.5)
    assert board.fails()[0] == "a"
