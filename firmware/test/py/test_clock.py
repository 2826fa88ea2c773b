"""Ticks that begin again, as those of boards do after twelve days: whatever waited for so long goes on as if it were new."""

from broccoli import compat, feeds, node, wire
from broccoli.link import Link
from support import CPYTHON

PERIOD = 1 << 30
DAY = 24 * 3600 * 1000
IDLE = (0, DAY, 6 * DAY, 7 * DAY, 9 * DAY, 12 * DAY, 13 * DAY, 20 * DAY, 400 * DAY)


def wrapped(milliseconds):
    return milliseconds % PERIOD


def ticks_diff(later, earlier):
    return ((later - earlier + PERIOD // 2) % PERIOD) - PERIOD // 2


if CPYTHON:
    compat.ticks_diff = ticks_diff


class Events:
    def __init__(self):
        self.ended = []

    def outcome(self, element, status, payload):
        self.ended.append(element)

    def lost(self, element, may_have_started):
        self.ended.append(element)


def grant(link, ctl, limit, now):
    link.grant((link.producer_epoch, 7, ctl, limit, 0, [0]), now)


def nothing(kind, *fields):
    pass


def connected(at):
    """A link that had a task done, and was idle from then on."""
    events = Events()
    link = Link(1, 0, events, wrapped(at))
    link.wants(1)
    link.keep(wrapped(at), 1000, [], nothing)
    grant(link, 1, 1, wrapped(at))
    link.launch("first", b"\x91\x01", wrapped(at))
    link.wants(0)
    link.tasks(wrapped(at), 100)
    link.results((1, 7, 9, 2, 0, [(1, wire.SUCCESS, [b"\x01"])]), wrapped(at))
    assert events.ended == ["first"]
    return link, events


def test_since_grows_until_it_is_long():
    for at in (0, 1, PERIOD - 1, PERIOD // 2):
        then = wrapped(at)
        assert compat.since(then, wrapped(at)) == 0
        assert compat.since(then, wrapped(at + 8000)) == 8000
        assert compat.since(then, wrapped(at + 6 * DAY)) == 6 * DAY
        assert compat.since(then, wrapped(at + 9 * DAY)) > 6 * DAY
        assert compat.since(wrapped(at + 3), then) == 0, "what is a moment ahead is now"


def test_a_link_that_was_idle_for_days_polls_at_once_and_gives_a_silent_node_up():
    for at in (5, PERIOD - 3000):
        for idle in IDLE:
            link, events = connected(at)
            now = at + idle + 2000
            link.wants(1)
            polls = []
            silent_after = None
            for step in range(0, 12000, 50):
                moment = wrapped(now + step)
                if link.busy() and link.due(moment) <= 0:
                    polls.append(step)
                link.tasks(moment, 100)
                link.keep(moment, 1000, [], nothing)
                if link.silent and silent_after is None:
                    silent_after = step
            assert polls and polls[0] <= 1000 and len(polls) > 8, (at, idle, polls)
            assert silent_after is not None and silent_after <= 8100, (at, idle, silent_after)


def test_a_task_that_is_sent_after_days_comes_back_when_its_node_is_silent():
    for idle in IDLE:
        link, events = connected(5)
        now = 5 + idle + 2000
        link.launch("second", b"\x91\x01", wrapped(now))
        for step in range(0, 9000, 50):
            link.tasks(wrapped(now + step), 100)
            link.keep(wrapped(now + step), 1000, [], nothing)
        assert events.ended == ["first", "second"], (idle, events.ended)


class Life:
    epoch = 1


def test_a_source_that_waited_for_days_for_its_subscriber_is_read_when_there_is_room():
    clock = [0]
    real = feeds.ticks_ms
    feeds.ticks_ms = lambda: wrapped(clock[0])
    node.current = Life
    try:
        for policy in ("slow", "latest"):
            for idle in IDLE:
                feeds._feeds.clear()
                clock[0] = PERIOD - 5000
                reader = feeds.subscribe("feed:x", lambda: 1, 1000, policy, 0, 0)
                assert reader.sample(True) <= 1000 and reader.ready()
                clock[0] += 1000
                reader.sample(False)
                reader.send(None)
                clock[0] += idle + 2000
                reader.sample(True)
                assert reader.ready(), (policy, idle)
    finally:
        feeds.ticks_ms = real
