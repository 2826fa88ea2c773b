"""The tasks that each board of the demonstrations offers: the same small ones as the nodes on a JVM."""

from asyncio import sleep

from broccoli import task


@task
def add(x, y):
    return x + y


@task
def mul(x, y):
    return x * y


@task
def neg(x):
    return -x


@task
def concat(a, b):
    return a + b


@task
def xsum(xs):
    total = 0
    for x in xs:
        total = total + x
    return total


@task
def tsum(xs):
    return xsum(xs)


@task
def xprod(xs):
    product = 1
    for x in xs:
        product = product * x
    return product


@task
def identity(x):
    return x


@task
def fail(message):
    raise Exception(message)


@task
def mapper(word):
    return [word, 1] if len(word) > 3 else None


@task
async def sleep_then(x, ms):
    await sleep(ms / 1000)
    return x


@task
def range_list(n):
    return list(range(n))
