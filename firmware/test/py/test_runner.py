"""What a board notes of what runs, so that a task that never ends is known after the reset."""

from broccoli.awaiting import awaited
from broccoli.items import Items
from broccoli.runner import Job, Runner
from broccoli.tasks import Registry


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


class Cancelled(BaseException):
    pass


def made():
    marks = []
    runner = Runner(Registry(), 1, None, marks.append, ())
    job = Job(Account, 1, 5, b"", 0)
    job.identity = "p 7 5"
    return runner, job, marks


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


def test_a_source_is_noted_while_it_is_read():
    runner, job, marks = made()
    seen = []

    class Source:
        def sample(self, room):
            seen.append(marks[-1])
            return 5

        def ready(self):
            return True

        def send(self, nothing):
            return 1

        def close(self):
            pass

    job.items = Items(Source(), False, 5, 0, 100)
    runner.ready = lambda job: None
    task = job.items.give(runner, job)
    task.send(None)
    task.close()
    assert set(seen) == {"p 7 5"}, seen  # a pause may be none, and it is read again
