"""A node's side of one item stream, as ItemSource on the Java side: items are kept until the producer has them."""

import asyncio

from broccoli.compat import port, ticks_diff, ticks_ms
from broccoli.msgpack import packb

MAX_WINDOW = 16  # items that are kept, whatever a producer asks for
MAX_BYTES = 2048
AGAIN = 1000


class TooLarge(Exception):
    kind = "TOO_LARGE"


class Items:
    def __init__(self, generator, replayable, limit, received, most):
        self.generator = generator
        self.sample = getattr(generator, "sample", None)  # of a source
        self.replayable = replayable or self.sample is not None  # whoever subscribes to it does so again elsewhere
        self.limit = limit
        self.received = self.produced = received
        self.passed = 0 if self.sample else received  # of an earlier attempt: so many are passed over
        self.most = most
        self.kept = []  # [bytes, when sent or None]
        self.bytes = 0
        self.ended = self.end_told = False
        self.error = None

    def room(self):
        if self.ended or self.bytes >= MAX_BYTES:
            return 0
        return min(self.limit, self.received + MAX_WINDOW) - self.produced

    def produce(self):
        """Takes the next item of the generator, if it may; whether there is something to send."""
        if self.room() > 0:
            try:
                if self.sample is not None and not self.generator.ready():
                    return self.news()
                item = self.generator.send(None)
                if self.passed:
                    self.passed -= 1
                else:
                    data = packb(item)
                    if len(data) > self.most:
                        message = "Item %d takes %d bytes, at most %d can be sent"
                        raise TooLarge(message % (self.produced + 1, len(data), self.most))
                    self.kept.append([data, None])
                    self.bytes += len(data)
                    self.produced += 1
            except StopIteration:
                self.ended = True
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                self.error = error
                self.ended = True
        return self.news()

    def heard(self, received, limit):
        """What the producer has, and how many it takes in all; what it should have by now and has not is sent again."""
        self.limit = max(self.limit, limit)
        while self.received < min(received, self.produced):
            self.received += 1
            self.bytes -= len(self.kept.pop(0)[0])
        now = ticks_ms()
        for each in self.kept:
            if each[1] is not None and ticks_diff(now, each[1]) >= AGAIN:
                each[1] = None

    def news(self):
        if self.ended and not self.end_told and self.produced > self.received:
            return True
        for each in self.kept:
            if each[1] is None:
                return True
        return False

    def take(self, seq, most):
        """The next items in a row that are to be sent, as an entry of ITEMS; None if there are none."""
        now = ticks_ms()
        run = []
        first = self.produced + 1
        for i in range(len(self.kept)):
            data, sent = self.kept[i]
            if sent is None:
                most -= len(data)
                if run and most < 0:
                    break
                if not run:
                    first = self.received + 1 + i
                run.append(data)
                self.kept[i][1] = now
            elif run:
                break
        last = self.ended and first + len(run) > self.produced
        if not run and not (last and not self.end_told):
            return None
        self.end_told = self.end_told or last
        return seq, first, run, last

    def over(self):
        return self.ended and self.received >= self.produced

    def close(self):
        self.ended = True
        self.kept = []
        self.received = self.produced
        try:
            self.generator.close()
        except Exception:
            pass  # what a generator raises when it is closed is for nobody


async def stream(runner, job):
    """Gives the items of a task as they are asked for, until all are there or it failed."""
    items = job.items
    feeds = items.sample is not None  # and holds no worker
    idle = False
    if feeds:
        runner.give()
    try:
        while not items.over():
            pause = runner.watched(job, items.sample, items.room() > 0) / 1000 if feeds else 1
            if runner.watched(job, items.produce):
                runner.ready(job)
            if items.room() > 0 and (not feeds or items.generator.ready()):
                await port.breathe()
                continue
            try:
                await asyncio.wait_for(job.event.wait(), pause)
                if idle:
                    idle = False
                    runner.unpark(job)
            except asyncio.TimeoutError:
                if not feeds and not idle:  # nothing was taken for a while: others may use the worker
                    idle = True
                    runner.park(job)
            job.event.clear()
    finally:
        if feeds:
            runner.busy += 1
        elif idle:
            runner.unpark(job)
        items.close()
