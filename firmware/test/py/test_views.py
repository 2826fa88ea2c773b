"""Views give the same here as on the Java side: the table in transport/core/src/test/resources/golden."""

import sys
from binascii import hexlify

from broccoli import feeds, node, views
from broccoli.items import Items
from broccoli.msgpack import packb, unpack
from broccoli.tasks import Task
from support import golden, raises
from test_feeds import Clock, check


class Registry:
    def __init__(self, **functions):
        self.by_name = {}
        for name, f in functions.items():
            self.by_name[name] = Task(1, name, f, "x", False, True, "m")


class Life:
    def __init__(self, epoch, **functions):
        self.epoch = epoch
        self.registry = Registry(**functions)


def plain(value):
    if isinstance(value, dict) and "$float" in value:
        return float(value["$float"])
    return value


def same(a, b):
    if isinstance(a, float) != isinstance(b, float) or isinstance(a, bool) != isinstance(b, bool):
        return False
    return a == b


def test_the_table_of_views_holds():
    node.current = Life(1)
    for case in golden("views"):
        got = []
        view = unpack(packb(case["view"]))  # as it comes
        run = views.Run(view, lambda sequence, used, taken, value: got.append([sequence, used, taken[0], value]))
        error = 0
        try:
            for each in case["readings"]:
                if isinstance(each, dict):
                    run.tick(each["tick"])
                else:
                    run.take(each[0], (each[1], 0), plain(each[2]))
        except views.ViewFault as fault:
            error = fault.step
        assert error == case.get("error", 0), (case["name"], error)
        assert len(got) == len(case["results"]), (case["name"], got)
        for is_, wanted in zip(got, case["results"]):
            assert is_[:3] == wanted[:3] and same(is_[3], wanted[3]), (case["name"], is_, wanted)
        if sys.implementation.name == "cpython" or "{" not in str(case["view"]):
            assert hexlify(bytes(packb(case["view"]))).decode() == case["hex"], case["name"]


def test_what_is_no_view_is_refused_with_its_step():
    node.current = Life(1)
    for case in golden("views-refused"):
        fault = raises(views.ViewFault, views.check, case["view"])
        assert fault.step == case["step"] and fault.kind == "BAD_ARGUMENTS", (case["name"], fault.step, str(fault))


def test_items_are_written_byte_for_byte():
    for case in golden("feed-items"):
        item = case["item"]
        feed = feeds.Feed()
        feed.epoch = item["epoch"]
        used = item.get("used", 1)
        stream = feeds.Subscriber(feed, item["sequence"] - item["missed"] - used)
        stream.waiting.append((item["sequence"], (item["time"], item.get("timeError", 0)), item["value"], used))
        assert hexlify(bytes(packb(stream.send(None)))).decode() == case["hex"], case["name"]


class Board(Clock):
    """A feed of 1, 2, 3..., read each 10 ms."""

    def __init__(self, policy="drop_oldest", **functions):
        super().__init__(policy)
        node.current = Life(1, **functions)
        self.at = 1000
        feeds.clock = lambda: (self.at + self.now, 0)

    def view(self, view, limit=1000, epoch=0, sequence=0):
        stream = Items(feeds.subscribe("feed:test", self.read, 10, self.policy, epoch, sequence, view), False, limit, 0, 100)
        stream.got = []
        return stream


def test_two_subscribers_of_a_view_share_its_work_and_its_panes():
    calls = []
    board = Board(twice=lambda x: calls.append(x) or 2 * x)
    view = [["map", "twice"], ["count", 5, "sum"]]
    raw, first = board.open(1000), board.view(view)
    for _ in range(7):
        board.step(raw, first)
    other = board.view(view)
    for _ in range(10):
        board.step(raw, first, other)
    assert calls == list(range(1, 18)), calls
    assert [each[1] for each in first.got] == [5, 10, 15] and [each[1] for each in other.got] == [10, 15]
    assert first.got[1:] == other.got and first.got[1][5:] == [0, 5] and first.got[1][4] == 2 * (6 + 7 + 8 + 9 + 10)
    assert check(raw, 0) == board.reads
    first.close()
    other.close()
    assert "broccoli.views" not in sys.modules and len(feeds._feeds) == 1
    raw.close()


def test_used_and_missed_add_up_to_what_the_sensor_gave():
    for policy in ("latest", "drop_oldest", "slow"):
        board = Board(policy)
        stream = board.view([["filter", ["value", 3, "%", 0, "=="]]], 0)
        for i in range(200):
            stream.limit += i % 5 == 0 and i % 60 < 30
            board.step(stream)
        stream.limit += 100
        board.step(stream)
        for each in stream.got:
            assert each[4] % 3 == 0 and each[4] == each[1]
        accounted = sum([each[2] + (each[6] if len(each) > 6 else 1) for each in stream.got])
        assert accounted == stream.got[-1][1] and board.reads - accounted < 3, policy
        assert (sum([each[2] for each in stream.got]) == 0) == (policy == "slow"), policy
        stream.close()


def test_a_subscriber_who_comes_back_goes_on_behind_its_position():
    board = Board()
    other, view = board.open(1000), [["count", 4, "last"]]
    first = board.view(view)
    for _ in range(10):
        board.step(other, first)
    first.close()
    for _ in range(3):
        board.step(other)
    again = board.view(view, 1000, first.got[-1][0], 8)
    for _ in range(8):
        board.step(other, again)
    # 13 was read when nobody had the view; 14 to 16 are its first pane
    assert [each[1:3] + each[4:] for each in again.got] == [[16, 5, 16, 0, 3], [20, 0, 20, 0, 4]], again.got
    other.close()
    again.close()


def test_a_pane_of_time_ends_though_nothing_is_read():
    board = Board()
    stream = board.view([["time", 100, "count"]])
    for _ in range(6):
        board.step(stream)
    board.read = None
    stream.generator.feed.base.read = lambda: None
    for _ in range(10):
        board.step(stream)
    assert [each[4] for each in stream.got] == [6], stream.got
    stream.close()


def test_a_view_that_passes_nothing_sends_marks():
    board = Board()
    stream = board.view([["filter", ["value", 0, "<"]]])
    for _ in range(1100):
        board.step(stream)
    assert [each[1:3] + each[4:] for each in stream.got] == [[0, 0, None, 0, 0]] * 2, stream.got
    assert stream.got[1][3] - stream.got[0][3] == 5000
    stream.close()


def test_a_function_that_fails_or_is_gone_ends_the_view_with_its_step():
    def picky(x):
        if x > 2:
            raise OSError("too much")
        return x

    board = Board(picky=picky)
    raw = board.open(100)
    stream = board.view([["every", 1], ["map", "picky"]])
    for _ in range(5):
        board.step(raw)
        while stream.generator.ready() and not stream.ended:
            stream.produce()
    assert stream.ended and stream.error.step == 2 and "picky() failed: OSError: too much" in str(stream.error), stream.error
    assert [unpack(each[0])[4] for each in stream.kept] == [1, 2] and check(raw, 0) == 5
    stream.close()
    again = board.view([["map", "picky"]])
    node.current.registry.by_name.clear()
    board.step(raw)
    again.produce()
    assert again.error.step == 1 and "no function picky" in str(again.error)
    again.close()
    assert raises(Exception, board.view, [["map", "nobody"]]).step == 1  # of a module that was loaded again
    assert "broccoli.views" not in sys.modules
    raw.close()


def test_a_newer_version_of_a_function_takes_over_with_the_next_pane():
    board = Board(f=lambda x: 1)
    stream = board.view([["map", "f"], ["count", 4, "sum"]])
    for i in range(8):
        if i == 1:
            node.current.registry = Registry(f=lambda x: 100)
        board.step(stream)
    assert [each[4] for each in stream.got] == [4, 400], stream.got
    stream.close()
