"""A board that has others work: each node of the cluster, boards and JVMs alike, adds up a part."""

from asyncio import sleep

from broccoli import cluster, source, task


@task
async def ask_all(x, count):
    """What each of the other nodes makes of x + 1, when so many are known."""
    while len(cluster.nodes()) < count:
        await sleep(0.05)
    answers = {}
    for name in cluster.nodes():  # MicroPython awaits in no comprehension
        answers[name] = await cluster.call("add", x, 1, on=name)
    return answers


@task
async def spread(n):
    """Tasks for whoever has room, in order."""
    return await cluster.group([("sleep_then", i, 20) for i in range(n)])


@task
def count(n):
    """Several values."""
    for i in range(n):
        yield i


_reads = 0


@source(every_ms=20)
def reading():
    """A sensor."""
    global _reads
    _reads += 1
    return _reads
