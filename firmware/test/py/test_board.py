"""The source that each board has: how it is."""

from broccoli import board, compat, feeds, node, status, wire
from broccoli import ledger as ledgers
from broccoli.compat import port
from broccoli.ledger import Ledger
from broccoli.tasks import Registry
from ports import heap
from support import CPYTHON


class Life:
    epoch = 3

    def __init__(self):
        self.ledger = Ledger(3, 8, self)


def offered(registry):
    return [each[:2] for each in status.offered(registry)]


def test_a_board_offers_it_first_though_its_registry_does_not_know_it():
    registry = Registry()
    assert offered(registry) == [(board.NUMBER, board.NAME)]
    registry.by_number[1] = registry.by_name["add"] = board.task()
    assert offered(registry)[0] == (board.NUMBER, board.NAME) and len(offered(registry)) == 2


def test_a_module_may_have_a_source_of_its_name():
    registry = Registry()
    own = board.task()
    own.number = 7
    registry.by_number[7] = registry.by_name[board.NAME] = own
    assert offered(registry) == [(7, board.NAME)]


class Board:
    """As much of a node as says what it is."""

    name, epoch, config = "kitchen", 1, {"queue": 8, "workers": 1, "site": None}

    def __init__(self):
        self.registry = Registry()
        self.ledger = self

    def free(self):
        return 9


def test_the_status_says_as_many_functions_as_there_are():
    from broccoli import answers, frames  # noqa: F401

    made = Board()
    own = board.task()
    own.number = 7
    for number in (0, 7):
        functions = frames.decode(status.status(made, wire.ACTIVE))[1][wire.STATUS_FUNCTIONS]
        assert [tuple(each[:2]) for each in functions] == [(number, "feed:board")], functions
        made.registry.by_number[7] = made.registry.by_name[board.NAME] = own


PERIOD = 1 << 30


def ticks_diff(later, earlier):
    return ((later - earlier + PERIOD // 2) % PERIOD) - PERIOD // 2


def test_uptime_goes_on_where_ticks_in_milliseconds_begin_again():
    real = compat.ticks_diff, ledgers.ticks_add
    if CPYTHON:
        compat.ticks_diff = ticks_diff
        ledgers.ticks_add = lambda ticks, delta: (ticks + delta) % PERIOD
    try:
        start = PERIOD - 86400000
        ledger = Ledger(5, 8, None, now=start)
        for seconds in list(range(0, 3 * 86400, 1801)) + [3 * 86400]:
            now = (start + 1000 * seconds) % PERIOD
            ledger.beat(now)
            assert board.uptime(ledger, (now + 3999) % PERIOD) == seconds + 3, seconds
    finally:
        compat.ticks_diff, ledgers.ticks_add = real


def test_a_sample_says_how_the_board_is_as_far_as_its_hardware_tells():
    node.current = Life()
    sample = board.read()
    assert sample["uptime"] >= 0 and sample["reset"] == port.cause()
    assert "rssi" not in sample and sample.get("free", 1) > 0
    port.rssi = lambda: -61
    port.largest = lambda: 2048
    try:
        sample = board.read()
        assert sample["rssi"] == -61 and sample["largest"] == 2048

        def away():
            raise OSError("not connected")

        def short():
            raise MemoryError

        port.rssi, port.largest = away, short
        assert sorted(board.read()) == [each for each in ("free", "reset", "uptime") if each in sample]
    finally:
        del port.rssi, port.largest


def test_nobody_keeps_what_reads_when_the_last_subscriber_has_left():
    node.current = Life()
    feeds._feeds.clear()
    one, other = [board.task().function() for _ in range(2)]
    assert one.sample(True) and one.ready() and one.send(None)[4]["reset"] == port.cause()
    one.close()
    assert other.feed.read
    other.close()
    assert other.feed.read is None
    again = board.task().function(one.feed.epoch, 1)
    again.sample(True)
    assert again.send(None)[1] == 2
    again.close()


def test_the_largest_piece_is_found_to_an_eighth():
    for largest in (100000, 70000, 1000, 900):

        def take(n):
            if n > largest:
                raise MemoryError

        found = heap.largest(100000, take)
        assert largest * 7 // 8 <= found <= largest, (largest, found)

    def nothing(n):
        raise MemoryError

    assert heap.largest(100000, nothing) == 0
    assert 0 < heap.largest(4096) <= 4096
