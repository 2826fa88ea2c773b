"""The ledger's rules one by one, and the set of seqs against a plain one."""

from broccoli import leaving, wire
from broccoli.ledger import Ledger, Seen
from support import Random


class Job:
    def __init__(self, account, seq):
        self.account = account
        self.seq = seq
        self.items = None
        self.started = False
        self.placed = True


class Host:
    def __init__(self):
        self.sent = []
        self.jobs = []
        self.stopped = []

    def control(self, to, kind, *fields):
        self.sent.append((to, kind, fields))

    def accept(self, account, seq, task_id, body):
        if len(body) > 100:
            return None
        self.jobs.append(Job(account, seq))
        return self.jobs[-1]

    def withdraw(self, job, stop):
        if job.started:
            self.stopped.append((job.seq, stop))
            return False
        return True

    def answers_ready(self, account):
        pass


def link(ledger, host, want=4, now=0):
    """A link of producer `p` that heard its epoch and has credit."""
    ledger.poll("p", poll(0, 1, want), now)
    epoch = host.sent[-1][2][1]
    ledger.poll("p", poll(epoch, 2, want), now)
    return epoch


def poll(epoch, ctl, want, seqs=(), producer=5, weight=1):
    return [producer, epoch, ctl, want, 2048, 0, list(seqs), [], weight]


def tasks(epoch, ctl, first, count, want=0):
    return [5, epoch, ctl, want, first, 100, [b"\x91\x01"] * count]


def new(capacity=9):
    host = Host()
    return Ledger(3, capacity, host), host


def test_credit_is_given_only_to_who_heard_the_epoch():
    ledger, host = new()
    ledger.poll("p", poll(0, 1, 4), 0)
    assert host.sent[-1][1] == wire.GRANT and host.sent[-1][2][3] == 0
    epoch = host.sent[-1][2][1]
    assert epoch == (3 << 24) + 1
    ledger.poll("p", poll(epoch, 2, 4), 0)
    assert host.sent[-1][2][3] == 4


def test_tasks_above_the_limit_are_refused():
    ledger, host = new()
    epoch = link(ledger, host, 2)
    ledger.tasks("p", tasks(epoch, 3, 1, 5), 0)
    assert len(host.jobs) == 2
    nack = [each for each in host.sent if each[1] == wire.NACK][0]
    assert nack[2] == (epoch, 3, 5, wire.NO_CREDIT, epoch)


def test_a_repeated_task_is_answered_from_the_ring_and_runs_once():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.tasks("p", tasks(epoch, 3, 1, 1), 0)
    ledger.tasks("p", tasks(epoch, 4, 1, 1), 0)
    assert len(host.jobs) == 1
    account = ledger.accounts["p"]
    assert ledger.results(account, 1000) is None
    ledger.finished(host.jobs[0], wire.SUCCESS, b"\x07")
    assert ledger.results(account, 1000)[5] == [(1, wire.SUCCESS, [b"\x07"])]
    ledger.tasks("p", tasks(epoch, 5, 1, 1), 0)
    assert ledger.results(account, 1000)[5] == [(1, wire.SUCCESS, [b"\x07"])]


def test_a_result_that_is_forgotten_is_said_to_be_gone():
    ledger, host = new()
    ledger.ring_bytes = 40
    epoch = link(ledger, host)
    ledger.tasks("p", tasks(epoch, 3, 1, 3), 0)
    for job in host.jobs:
        ledger.finished(job, wire.SUCCESS, b"\x07")
    account = ledger.accounts["p"]
    ledger.results(account, 1000)
    ledger.poll("p", poll(epoch, 4, 0, [1, 3]), 0)
    assert ledger.results(account, 1000)[5] == [(1, wire.RETURNED, [b"\x03"]), (3, wire.SUCCESS, [b"\x07"])]


def test_a_voided_seq_is_cancelled_whether_it_came_or_not():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.tasks("p", tasks(epoch, 3, 1, 2), 0)
    host.jobs[0].started = True
    ledger.cancel("p", [5, epoch, 4, 0, [0, 1, 4]], 0)
    account = ledger.accounts["p"]
    entries = ledger.results(account, 1000)[5]
    assert entries == [(1, wire.ABORTED, 1), (2, wire.CANCELLED, 3)]
    assert host.stopped == [(1, True)]
    assert ledger.held == 1 and ledger.unused() == 0
    ledger.finished(host.jobs[0], wire.SUCCESS, b"\x07")
    assert ledger.held == 0 and ledger.results(account, 1000) is None


def test_a_silent_link_is_fenced_and_its_credit_serves_others():
    ledger, host = new()
    link(ledger, host, 9)
    ledger.poll("q", poll(0, 1, 5), 7000)
    epoch = host.sent[-1][2][1]
    ledger.poll("q", poll(epoch, 2, 5), 7000)
    assert host.sent[-1][2][3] == 0
    ledger.beat(8001)
    assert "p" not in ledger.accounts and ledger.accounts["q"].limit == 5 and ledger.rises
    ledger.grant_rises()
    assert host.sent[-1][0] == "q" and host.sent[-1][2][3] == 5


def test_an_older_life_of_a_producer_is_told_of_the_newer():
    ledger, host = new()
    link(ledger, host)
    ledger.poll("p", poll(0, 1, 1, producer=4), 0)
    assert host.sent[-1][1] == wire.NACK and host.sent[-1][2][3:] == (wire.STALE_PRODUCER, 5)
    ledger.poll("p", poll(0, 1, 1, producer=6), 0)
    assert host.sent[-1][1] == wire.GRANT and ledger.accounts["p"].producer_epoch == 6


def test_a_link_that_was_given_up_begins_anew():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.poll("p", poll(-epoch, 3, 1), 0)
    assert host.sent[-1][2][1] == epoch + 1


def open_link(ledger, host, name="p", producer=5, epoch=0, now=0):
    """The number of the link that answers a POLL; 0 if it is refused."""
    del host.sent[:]
    ledger.poll(name, poll(epoch, 1, 4, producer=producer), now)
    kind, fields = host.sent[-1][1:]
    return fields[1] if kind == wire.GRANT else 0


def test_lives_that_a_producer_begins_use_up_no_numbers():
    ledger, host = new()
    for life in range(1, 500):
        assert open_link(ledger, host, "x", life) == (3 << 24) + 1
    assert open_link(ledger, host, "y") == (3 << 24) + 1
    assert len(ledger.accounts) == 2 and not ledger.departed


def test_a_link_that_is_given_up_again_and_again_is_refused_for_a_while_and_no_other():
    ledger, host = new()
    first = open_link(ledger, host, "x")
    second = open_link(ledger, host, "x", epoch=-first)
    assert second == first + 1
    assert not open_link(ledger, host, "x", epoch=-second) and host.sent[-1][2][3] == wire.BUSY
    assert open_link(ledger, host, "y")
    ledger.beat(4000)
    assert open_link(ledger, host, "x", epoch=-second, now=4000) == second + 1


def test_who_says_good_bye_again_and_again_is_refused_for_a_while_and_little_is_remembered():
    ledger, host = new()
    last = 0
    for _ in range(100):
        last = max(last, open_link(ledger, host, "x"))
        ledger.bye("x", 5)
    assert host.sent[-1][2][3] == wire.BUSY and last == (3 << 24) + 2
    assert open_link(ledger, host, "x", 6) == last, "a new life"
    ledger.bye("x", 6)
    assert not open_link(ledger, host, "x", 5) and host.sent[-1][2][3:] == (wire.STALE_PRODUCER, 6)
    for i in range(100):
        assert open_link(ledger, host, "x%d" % i)
        ledger.bye("x%d" % i, 5)
    assert len(ledger.departed) <= 16
    ledger.beat(8000)
    assert not ledger.departed
    assert open_link(ledger, host, "x", 5, now=8000) > last, "nobody remembers"


def test_a_node_is_told_when_the_numbers_of_its_links_will_end():
    ledger, host = new()
    assert not ledger.worn()
    ledger.newest += (1 << 24) - 4
    assert not ledger.worn()
    ledger.newest += 1
    assert ledger.worn() and ledger.newest >> 24 == 3


def test_no_link_epoch_is_given_twice_to_a_life_of_a_producer_and_time_alone_uses_them_up():
    for seed in range(1, 20):
        random = Random(seed)
        ledger, host = new()
        newest = {}
        lives = {"a": 1, "b": 1}
        now = beaten = 0
        for _ in range(400):
            name = random.choice(("a", "b"))
            now += random.below(4) * 500
            while beaten + 1000 <= now:
                beaten += 1000
                ledger.beat(beaten)
            what = random.below(12)
            if what == 0:
                lives[name] += 1
            elif what == 1:
                ledger.bye(name, lives[name])
                continue
            known = ledger.accounts.get(name)
            key = name, lives[name]
            was = newest.get(key, 0)
            got = open_link(ledger, host, name, lives[name], random.choice((0, was, -was)), now)
            if got and ledger.accounts[name] is not known:
                assert got > was, ("seed", seed)
                assert got - (3 << 24) <= 2 + now // 4000, ("seed", seed)
                newest[key] = got


def test_credit_is_dealt_in_turns_to_all_who_want_it():
    ledger, host = new()
    for name in ("a", "b", "c"):
        ledger.poll(name, poll(0, 1, 9), 0)
        epoch = host.sent[-1][2][1]
        ledger.poll(name, poll(epoch, 2, 0), 0)
    for i, name in enumerate(("a", "b", "c")):
        account = ledger.accounts[name]
        account.want = 9
    ledger.deal()
    limits = [ledger.accounts[name].limit for name in ("a", "b", "c")]
    assert sum(limits) == 9 and min(limits) >= 2, limits


def test_who_has_more_weight_is_dealt_more():
    ledger, host = new()
    for name, weight in (("a", 1), ("b", 3), ("c", 99)):
        ledger.poll(name, poll(0, 1, 0, weight=weight), 0)
        ledger.poll(name, poll(host.sent[-1][2][1], 2, 0, weight=weight), 0)
    assert [ledger.accounts[name].weight for name in ("a", "b", "c")] == [1, 3, 16]
    for name in ("a", "b"):
        account = ledger.accounts[name]
        account.want = 9
    ledger.capacity = 4
    ledger.deal()
    assert ledger.accounts["a"].limit >= 1 and sum([each.limit for each in ledger.accounts.values()]) == 4


def wanting(ledger, host, wants, weights):
    """Links that heard their epochs, and all want as much as they say, before anything is dealt."""
    for name, weight in weights:
        ledger.poll(name, poll(0, 1, 0, weight=weight), 0)
        ledger.poll(name, poll(host.sent[-1][2][1], 2, 0, weight=weight), 0)
    for name, _ in weights:
        ledger.accounts[name].want = wants


def test_of_links_that_want_more_none_is_dealt_more_than_a_turn_more_than_another():
    for capacity in range(1, 40):
        ledger, host = new(capacity)
        wanting(ledger, host, capacity, (("a", 1), ("b", 1), ("c", 1)))
        ledger.deal()
        limits = [ledger.accounts[name].limit for name in ("a", "b", "c")]
        assert sum(limits) == capacity and max(limits) - min(limits) <= 1, limits


def test_a_turn_goes_on_where_it_stopped_for_want_of_a_free_place():
    ledger, host = new(12)
    wanting(ledger, host, 12, (("a", 4), ("b", 1)))
    ledger.held = 12
    for _ in range(10):  # one place after another
        ledger.held -= 1
        ledger.deal()
    assert [ledger.accounts[name].limit for name in ("a", "b")] == [8, 2]


def test_a_task_that_comes_again_is_no_new_one():
    ledger, host = new(4)
    epoch = link(ledger, host, 4)
    ledger.tasks("p", tasks(epoch, 3, 1, 1), 0)
    ledger.poll("q", poll(0, 1, 4), 0)
    ledger.poll("q", poll(host.sent[-1][2][1], 2, 4), 0)
    for second in range(1, 4):
        ledger.beat(1000 * second)
        assert ledger.accounts["p"].link_epoch == epoch or second == 3
        ledger.tasks("p", tasks(ledger.accounts["p"].link_epoch, 3 + second, 1, 1), 1000 * second)
    assert ledger.fences == 1 and ledger.accounts["p"].link_epoch == epoch + 1


def test_a_node_that_drains_hands_back_what_waits():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.tasks("p", tasks(epoch, 3, 1, 2), 0)
    host.jobs[0].started = True
    leaving.give_back(ledger)
    assert ledger.results(ledger.accounts["p"], 1000)[5] == [(2, wire.RETURNED, [b"\x00"])]
    assert ledger.held == 1


def test_too_large_a_task_comes_back():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.tasks("p", [5, epoch, 3, 0, 1, 100, [b"\x00" * 101]], 0)
    assert ledger.results(ledger.accounts["p"], 1000)[5] == [(1, wire.RETURNED, [b"\x02"])]


def _asked(size, *times):
    """What is answered each time that a result of so many bytes is asked for again."""
    ledger, host = new()
    epoch = link(ledger, host)
    account = ledger.accounts["p"]
    ledger.tasks("p", tasks(epoch, 3, 1, 1), 0)
    ledger.finished(host.jobs[0], wire.SUCCESS, b"x" * size)
    assert ledger.results(account, 1000)[5] == [(1, wire.SUCCESS, [b"x" * size])]
    answers = []
    for ctl, now in enumerate(times):
        ledger.poll("p", poll(epoch, 4 + ctl, 1, (1,)), now)
        answers.append(ledger.results(account, 1000)[5][0][1])
    assert ledger.bytes == 16 + len(account.ring[1][2])
    return answers


def test_a_large_result_that_is_lost_for_a_lease_is_too_large():
    again = [1000 * second for second in range(1, 12)]
    assert _asked(956, *again) == [wire.SUCCESS] * 8 + [wire.RETURNED] * 3
    assert _asked(955, *again) == [wire.SUCCESS] * 11  # each network carries it
    assert _asked(2000, 0, 9000, 10000, 11000, 12000) == [wire.SUCCESS] * 4 + [wire.RETURNED]
    assert _asked(2000, *range(0, 8000, 500)) == [wire.SUCCESS] * 16


def test_a_node_short_of_memory_gives_back_what_comes_and_deals_nothing_until_there_is_memory():
    ledger, host = new()
    epoch = link(ledger, host)
    ledger.scarce = True
    ledger.tasks("p", tasks(epoch, 3, 1, 4, 4), 0)
    entries = ledger.results(ledger.accounts["p"], 1000)[5]
    assert entries == [(1, wire.RETURNED, [b"\x05"] * 4)]
    assert host.jobs == [] and ledger.unused() == 0
    ledger.scarce = False
    ledger.deal()
    assert ledger.unused() == 4


def test_seen_is_the_set_that_it_stands_for():
    for seed in range(1, 30):
        random = Random(seed)
        seen = Seen()
        plain = set()
        for _ in range(80):
            seq = 1 + random.below(40)
            assert seen.add(seq) == (seq not in plain), seed
            plain.add(seq)
            assert seen.count == len(plain), seed
            listed = set(range(1, seen.ranges[0] + 1))
            for i in range(1, len(seen.ranges), 2):
                assert seen.ranges[i] > seen.ranges[i - 1] + 1, seed
                listed.update(range(seen.ranges[i], seen.ranges[i + 1] + 1))
            assert listed == plain, seed
            assert all([(each in seen) == (each in plain) for each in range(1, 42)]), seed
