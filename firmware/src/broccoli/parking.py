"""What happens to the worker of a task that waits for others: it takes the next task meanwhile. Loaded with the first that waits."""


def park(runner, job):
    job = job.root
    job.waits += 1
    if job.waits == 1:
        runner.waiting.append(job)
        give(runner)


def give(runner):
    """A worker's place, to the next task."""
    runner.busy -= 1
    if runner.queue:
        runner.start()


def unpark(runner, job):
    job = job.root
    job.waits -= 1
    if job.waits == 0:
        runner.busy += 1  # for a while perhaps one more than there are workers
        runner.waiting.remove(job)
