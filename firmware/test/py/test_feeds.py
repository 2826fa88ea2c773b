"""Sources and their subscribers: nothing is lost that is not told."""

import time

from broccoli import feeds, node
from broccoli.items import Items
from support import Random, raises


class Life:
    def __init__(self, epoch):
        self.epoch = epoch


class Clock:
    """Time that the test moves; the source gives its own count."""

    def __init__(self, policy):
        self.now = 0
        self.reads = 0
        self.policy = policy
        feeds.ticks_ms = lambda: self.now
        feeds._feeds.clear()
        node.current = Life(1)

    def read(self):
        self.reads += 1
        return self.reads

    def open(self, limit, epoch=0, sequence=0):
        stream = Items(feeds.subscribe("feed:test", self.read, 10, self.policy, epoch, sequence), False, limit, 0, 100)
        stream.got = []
        return stream

    def step(self, *streams):
        self.now += 10
        for stream in streams:
            stream.sample(stream.room() > 0)
        for stream in streams:
            drive(stream)


def drive(stream):
    while stream.room() > 0 and stream.generator.ready():
        stream.got.append(stream.generator.send(None))
        stream.produced += 1
        stream.received += 1  # as if it was confirmed at once


def check(stream, after):
    """Each sample follows the one before it, with what was missed between them."""
    for epoch, sequence, missed, _, value in [each[:5] for each in stream.got]:
        assert sequence == after + missed + 1 and value == sequence, stream.got
        after = sequence
    return after


def test_what_was_read_is_given_or_counted_as_missed():
    for policy, kept in (("latest", 1), ("drop_oldest", 8), ("slow", 1)):
        for seed in range(30):
            random = Random(seed)
            clock = Clock(policy)
            fast, slow = clock.open(1000000), clock.open(1)
            for _ in range(200):
                if random.below(4) == 0:
                    slow.limit += random.below(4)
                clock.step(fast, slow)
                assert len(slow.generator.waiting) <= kept, (policy, seed)
            slow.limit += 1000
            drive(slow)
            assert check(fast, 0) == clock.reads, (policy, seed)
            assert check(slow, 0) == clock.reads, (policy, seed)
            assert len(fast.got) == clock.reads
            assert (len(slow.got) == clock.reads) == (policy == "slow"), (policy, seed)


def test_who_listens_to_a_source_that_is_replaced_is_ended_behind_what_it_has_and_goes_on_with_the_newer_one():
    clock = Clock("drop_oldest")
    first, viewed = clock.open(1000), feeds.subscribe("feed:test", clock.read, 10, "drop_oldest", 0, 0, [["map", ["value"]]])
    for _ in range(3):
        clock.step(first)
    clock.step()
    first.sample(False)  # read, and not given yet
    feeds.end(["feed:other", "feed:nowhere"])
    assert first.generator.error is None
    feeds.end(["feed:other", "feed:test"])
    drive_all(first)
    assert isinstance(raises(feeds.Replaced, first.generator.send, None), feeds.Replaced)
    while viewed.waiting:
        viewed.send(None)
    raises(feeds.Replaced, viewed.send, None)
    assert feeds.Replaced.kind == "UNKNOWN_TASK"  # by which other members know that they may ask again
    last = check(first, 0)
    epoch = first.got[0][0]
    again = clock.open(1000, epoch, last)
    for _ in range(3):
        clock.step(again)
    assert check(again, last) == clock.reads == last + 3


def drive_all(stream):
    while stream.generator.waiting:
        stream.got.append(stream.generator.send(None))


def test_who_comes_back_goes_on_behind_what_it_has():
    clock = Clock("drop_oldest")
    other, first = clock.open(1000), clock.open(1000)
    for _ in range(5):
        clock.step(other, first)
    epoch, last = first.got[-1][:2]
    first.close()
    for _ in range(3):
        clock.step(other)
    again = clock.open(1000, epoch, last)
    ahead = clock.open(1000, epoch, last + 5)
    for _ in range(4):
        clock.step(other, again, ahead)
    assert check(again, last) == clock.reads and again.got[0][2] == 3, again.got
    assert [each[1] for each in ahead.got] == [last + 6, last + 7]  # what it has already is passed over


def test_another_life_counts_from_its_beginning():
    clock = Clock("latest")
    first = clock.open(9)
    clock.step(first)
    first.close()
    node.current = Life(2)
    clock.reads = 0
    other = clock.open(9)
    clock.step(other)
    clock.step(other)
    again = clock.open(9, first.got[0][0], 1)
    clock.step(other, again)
    assert again.got[0][0] != first.got[0][0] and again.got[0][1:3] == [3, 2], again.got


def test_so_many_subscribe_and_no_more():
    clock = Clock("latest")
    streams = [clock.open(9) for _ in range(feeds.MOST)]
    assert "as many as it may" in str(raises(feeds.TooMany, clock.open, 9))
    for each in streams:
        each.close()
        each.close()
    clock.open(9).close()
    assert clock.reads == 0


def test_a_sensor_that_fails_is_told_behind_what_waits():
    clock = Clock("drop_oldest")
    stream = clock.open(0)
    clock.step(stream)

    def broken():
        raise OSError("no sensor")

    stream.generator.feed.read = broken
    clock.step(stream)
    stream.limit = 5
    stream.produce()
    stream.produce()
    assert stream.produced == 1 and stream.ended and "no sensor" in str(stream.error)


def test_the_time_of_a_sample_is_that_of_the_clock_in_milliseconds():
    began = int(time.time()) * 1000 + (946684800000 if time.gmtime(0)[0] == 2000 else 0)
    readings = []
    for _ in range(3):
        readings.append(feeds.clock()[0])
        time.sleep(0.005)
    assert sum([each % 1000 == 0 for each in readings]) < 2, readings
    assert began <= readings[0] < readings[1] < readings[2] < began + 10000, (began, readings)


def test_none_is_no_sample():
    clock = Clock("latest")
    clock.read = lambda: None
    stream = clock.open(5)
    clock.step(stream)
    assert not stream.generator.ready() and stream.generator.feed.number == 0


def test_what_a_source_works_out_on_the_board_is_all_that_travels():
    clock = Clock("slow")
    readings = []

    def mean():
        readings.append(len(readings) % 4 + clock.now)
        if len(readings) < 4:
            return None
        value = sum(readings) / 4
        del readings[:]
        return value

    clock.read = mean
    stream = clock.open(100)
    means = []
    for i in range(12):
        clock.step(stream)
        if i % 4 == 3:
            means.append(sum([k + clock.now - 10 * (3 - k) for k in range(4)]) / 4)
    assert [each[4] for each in stream.got] == means, stream.got
    assert [each[1:3] for each in stream.got] == [[1, 0], [2, 0], [3, 0]], stream.got


def test_a_clock_that_was_never_set_says_so_and_goes_on_for_longer_than_ticks():
    class Ledger:
        newest = (7 << 24) + 1 + 1000000  # ticks of four seconds: 46 days
        ticked = 0

    real = feeds.gmtime
    Clock("latest")
    try:
        feeds.gmtime = lambda *_: (2000, 1, 1)
        assert feeds.clock() == (0, -1)
        node.current.ledger = Ledger
        feeds.ticks_ms = lambda: 123
        assert feeds.clock() == (4000000123, -1)
        node.current = Life(1)
        clock = Clock("latest")
        stream = clock.open(5)
        clock.step(stream)
        assert stream.got[0][3:] == [10, 1, -1], stream.got
    finally:
        feeds.gmtime = real


def test_a_clock_that_was_set_says_how_far_it_may_be_off():
    real = getattr(feeds.port, "clock_error", None)
    clock = Clock("latest")
    try:
        feeds.port.clock_error = lambda: 1042
        stream = clock.open(5)
        clock.step(stream)
        assert stream.got[0][5:] == [1042], stream.got
    finally:
        if real:
            feeds.port.clock_error = real
        else:
            del feeds.port.clock_error
