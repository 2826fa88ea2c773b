"""Awaits a task that is a coroutine. Loaded when there is one."""

from asyncio import CancelledError

from broccoli.compat import coroutine


@coroutine
def awaited(runner, job, task):
    """Between two waits of it, it is what runs."""
    step, given, told = task.send, None, False
    while True:
        try:
            wait = runner.watched(job, step, given)
        except StopIteration as end:
            return end.value
        try:
            given = yield wait
            step = task.send
        except BaseException as thrown:  # it is told that it is cancelled, or closed
            step, given, told = task.throw, thrown, told or isinstance(thrown, CancelledError)
        if job.stopped and not told:  # MicroPython does not cancel who has just waited long enough
            step, given, told = task.throw, CancelledError(), True
