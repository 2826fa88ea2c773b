"""A node's side of one item stream, as ItemSource on the Java side: items are kept until the producer has them."""

import asyncio

from broccoli import frames, wire
from broccoli.compat import port, since, ticks_ms
from broccoli.msgpack import Malformed, pack_int, packb
from broccoli.parking import give, park, unpark

MAX_WINDOW = 16  # items that are kept, whatever a producer asks for
MAX_BYTES = 2048
_AGAIN = 1000


class TooLarge(Exception):
    kind = "TOO_LARGE"
    type = ""


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
            if each[1] is not None and since(each[1], now) >= _AGAIN:
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

    def send(self, node, job):
        """Sends what there is room for."""
        account = job.account
        most = min(account.max_frame, wire.MOST_OUT) - wire.HEADER_BYTES - wire.ITEM_RUN_BYTES
        while not account.fenced:
            run = self.take(job.seq, most)
            if run is None:
                return
            node.send(account.producer, wire.ITEMS, account.producer_epoch, account.link_epoch, [run])

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

    async def give(self, runner, job):
        """Gives the items as they are asked for, until all are there, and returns how many these were; or raises what the generator did."""
        feeds = self.sample is not None  # and holds no worker
        idle = False
        if feeds:
            give(runner)
        try:
            while not self.over():
                pause = runner.watched(job, self.sample, self.room() > 0) / 1000 if feeds else 1
                if runner.watched(job, self.produce):
                    runner.ready(job)
                if self.room() > 0 and (not feeds or self.generator.ready()):
                    await port.breathe()
                    continue
                try:
                    await asyncio.wait_for(job.event.wait(), pause)
                    if idle:
                        idle = False
                        unpark(runner, job)
                except asyncio.TimeoutError:
                    if not feeds and not idle:  # nothing was taken for a while: others may use the worker
                        idle = True
                        park(runner, job)
                job.event.clear()
        finally:
            if feeds:
                runner.busy += 1
            elif idle:
                unpark(runner, job)
            self.close()
        if job.stopped:  # MicroPython does not cancel who has just waited long enough
            raise asyncio.CancelledError
        if self.error is not None:
            raise self.error
        return self.produced


def begin(runner, job, task, generator, headers):
    """From now on a job has items to give."""
    room = job.account.max_frame - wire.HEADER_BYTES - wire.ITEM_RUN_BYTES
    job.event = asyncio.Event()
    job.items = Items(generator, task.replayable, headers[5], headers[6], room)
    if job.items.sample:
        generator.event = job.event
        runner.done(job, None, None)


def _asks(r):
    asks = []
    for _ in range(r.expect(wire.ARRAY)):
        n = r.expect(wire.ARRAY)
        if n < 3:
            raise Malformed
        asks.append((r.integer(0), r.integer(0), r.integer(0)))
        for _ in range(n - 3):
            r.skip(wire.MAX_NESTED)
    return asks


def _write_items(out, runs):
    frames._array(out, len(runs))
    for seq, first, values, last in runs:
        out.append(0x94 if last else 0x93)
        pack_int(out, seq)
        pack_int(out, first)
        frames._write_tasks(out, values)
        if last:
            out.append(0xC3)


frames._READERS[wire.MAYBE_ASKS] = _asks
frames._WRITERS[wire.FIELD_ITEMS] = _write_items
