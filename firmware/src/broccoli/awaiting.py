"""Awaits a task that is a coroutine. Loaded when there is one."""

from broccoli.compat import coroutine


@coroutine
def awaited(runner, job, task):
    """Between two waits of it, it is what runs."""
    step, given = task.send, None
    while True:
        try:
            wait = runner.watched(job, step, given)
        except StopIteration as end:
            return end.value
        try:
            given = yield wait
            step = task.send
        except BaseException as thrown:  # it is told that it is cancelled, or closed
            step, given = task.throw, thrown
