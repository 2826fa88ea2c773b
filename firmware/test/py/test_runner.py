"""What a board notes of what runs, so that a task that never ends is known after the reset."""

import asyncio

from broccoli import items, wire
from broccoli.awaiting import awaited
from broccoli.items import Items
from broccoli.runner import Job, Runner
from broccoli.tasks import Refused, Registry


class Account:
    producer = "p"
    producer_epoch = 7


class Pause:
    """Waits once."""

    def __init__(self, log, name):
        self.log = log
        self.name = name

    def __iter__(self):
        return self

    __await__ = __iter__

    def __next__(self):
        if self.name is None:
            raise StopIteration
        self.name = None


class ByHand:
    """The port of a test that drives coroutines by hand. In a real pause, the loop's last task waits in place of the test. If two tests
    pause before the host has its turn, that task waits twice, and the loop never ends.
    """

    async def breathe(self):
        await Pause([], "it breathes")


class Cancelled(BaseException):
    pass


def made():
    items.port = ByHand()
    marks = []
    runner = Runner(Registry(), 1, None, marks.append, ())
    job = Job(Account, 1, 5, b"", 0)
    job.identity = "p 7 5"
    return runner, job, marks


def ends(coroutine, kind):
    try:
        coroutine.send(None)
    except kind:
        return True
    return False


def test_a_task_that_awaits_is_noted_while_it_runs_and_not_while_it_waits():
    runner, job, marks = made()
    seen = []

    async def works():
        seen.append(marks[-1])
        await Pause(seen, "first")
        seen.append(marks[-1])
        return 42

    async def outside():
        return await awaited(runner, job, works())

    task = outside()
    task.send(None)
    assert seen == ["p 7 5"] and marks[-1] == ""
    try:
        task.send(None)
    except StopIteration as end:
        assert end.value == 42
    assert seen == ["p 7 5"] * 2 and marks[-1] == ""


def test_it_hears_that_it_is_cancelled_and_its_failure_is_heard():
    runner, job, marks = made()
    heard = []

    async def works():
        try:
            await Pause(heard, "it waits")
        except Cancelled:
            heard.append(marks[-1])
        raise ValueError("told")

    async def outside():
        return await awaited(runner, job, works())

    task = outside()
    task.send(None)
    try:
        task.throw(Cancelled())
    except ValueError as error:
        heard.append(str(error))
    assert heard == ["p 7 5", "told"] and marks[-1] == ""


def test_it_hears_that_it_is_stopped_though_it_was_not_cancelled():
    runner, job, marks = made()
    heard = []

    async def works():
        try:
            while True:
                await Pause(heard, "it waits")
        except asyncio.CancelledError:
            heard.append("stopped")
            await Pause(heard, "it tidies up")
        heard.append("done")

    async def outside():
        return await awaited(runner, job, works())

    task = outside()
    task.send(None)
    task.send(None)
    job.stopped = True
    task.send(None)
    assert heard == ["stopped"]
    assert ends(task, StopIteration) and heard == ["stopped", "done"]


def test_what_runs_within_another_leaves_the_other_noted():
    runner, job, marks = made()
    seen = []
    runner.watched(job, lambda: seen.append(runner.watched(job, lambda: 1)) or seen.append(marks[-1]))
    assert seen == [1, "p 7 5"] and marks[-1] == ""


def test_a_task_that_fails_is_noted_no_more():
    runner, job, marks = made()
    try:
        runner.watched(job, lambda: 1 // 0)
    except ZeroDivisionError:
        pass
    assert marks == ["p 7 5", ""]


def test_a_generator_is_noted_while_it_makes_an_item():
    runner, job, marks = made()
    seen = []

    def numbers():
        seen.append(marks[-1])
        yield 1

    job.items = Items(numbers(), False, 5, 0, 100)
    runner.ready = lambda job: seen.append(marks[-1])
    task = job.items.give(runner, job)
    task.send(None)
    task.close()
    assert seen[:2] == ["p 7 5", ""], seen


class Source:
    """As a subscriber of one is driven; it always has a sample."""

    def __init__(self, seen, marks):
        self.seen = seen
        self.marks = marks

    def sample(self, room):
        self.seen.append(self.marks[-1])
        return 5

    def ready(self):
        return True

    def send(self, nothing):
        return 1

    def close(self):
        self.seen.append("closed")


def test_a_source_is_noted_while_it_is_read():
    runner, job, marks = made()
    seen = []
    job.items = Items(Source(seen, marks), False, 5, 0, 100)
    runner.ready = lambda job: None
    task = job.items.give(runner, job)
    task.send(None)
    assert seen == ["p 7 5"], seen
    task.close()


def test_a_subscriber_that_left_has_no_place_though_its_task_was_not_cancelled():
    runner, job, marks = made()
    seen = []

    class Forgetful:
        def cancel(self):
            pass

    job.started = True
    job.task = Forgetful()
    job.items = Items(Source(seen, marks), False, 5, 0, 100)
    runner.ready = lambda job: None
    task = job.items.give(runner, job)
    task.send(None)
    runner.withdraw(job, True)
    assert seen[-1] == "closed"
    assert ends(task, asyncio.CancelledError)


def test_a_subscriber_that_takes_no_items_is_refused_and_has_no_place():
    runner, job, marks = made()
    seen = []

    class Subscribe:
        name = "feed:test"
        items = True

        def check(self, args, kwargs):
            pass

        def function(self):
            return Source(seen, marks)

    runner.registry.by_number[1] = Subscribe()
    assert ends(runner._call(job, 1, [], None, None), Refused)
    assert seen == ["closed"]


def test_a_function_that_nobody_offers_is_refused_and_that_of_each_board_is_there():
    runner, job, marks = made()
    for number in (1, 7, wire.MAX_INT):
        try:
            runner._call(job, number, [], None, None).send(None)
            raise AssertionError("it is called")
        except Refused as refused:
            assert refused.args == (wire.UNKNOWN_FUNCTION,)
    try:
        runner._call(job, 0, [1, 2, 3], None, None).send(None)
        raise AssertionError("it is called")
    except Exception as error:
        assert "feed:board" in repr(error), error
