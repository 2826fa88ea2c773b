"""Runs what a node holds: calls, chains and chunks; plain functions, async ones, and generators that give items."""

import asyncio

from broccoli import bodies, frames
from broccoli.compat import coroutine, port, ticks_diff, ticks_ms, trace
from broccoli.msgpack import Malformed, Unencodable, packb, unpack
from broccoli.tasks import BadArguments

MAX_DEPTH = 8
SLICE = 10  # ms that tasks may run one after another before the network has its turn


class Refused(Exception):
    """Ends a task with a failure of a kind."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Job:
    """A task that is held. `account` is None for a sub-task that runs in its parent's place."""

    def __init__(self, account, seq, task_id, body, arrived):
        self.account = account
        self.seq = seq
        self.id = task_id
        self.body = body
        self.arrived = arrived
        self.started = False
        self.stopped = False
        self.placed = True  # it has one of the node's places
        self.task = None  # of asyncio, while it awaits
        self.items = None
        self.depth = 0
        self.event = None
        self.waits = 0  # sub-tasks that it waits for
        self.in_place = False  # whether one of them runs in its place
        self.root = self  # the job whose place on the node this one uses
        self.identity = ""  # by which it is known again after a reset


def failure(kind, message, text="", step=0):
    return packb([kind, message[:1000], text, step])


class Runner:
    """`done(job, status, payload)` hears of outcomes; `mark(text)` of what runs."""

    def __init__(self, registry, workers, capacity, done, mark, suspects):
        self.registry = registry
        self.workers = workers
        self.done = done
        self.mark = mark
        self.marked = ""
        self.suspects = suspects  # ids of tasks that stopped this board
        self.queue = []
        self.wake = asyncio.Event()
        self.busy = 0  # workers that are not parked
        self.idle = 0
        self.waiting = []  # jobs that wait for others, first come first parked
        self.parked = max(0, capacity - 1 - capacity // 4)
        self.jobs = {}  # asyncio task -> job, of those that run
        self.since = ticks_ms()
        self.succeeded = self.failed = 0

    def offer(self, job):
        self.queue.append(job)
        self.start()

    def withdraw(self, job, stop):
        """True if it had not started, and never will."""
        if not job.started:
            job.started = True
            if job in self.queue:
                self.queue.remove(job)
            return True
        if stop:
            job.stopped = True
            if job.task is not None:
                job.task.cancel()
        return False

    def start(self):
        if self.idle:
            self.wake.set()
        elif self.busy < self.workers:
            self.busy += 1
            asyncio.create_task(self._work())

    def park(self, job):
        """It waits for others: its worker takes the next task."""
        job = job.root
        job.waits += 1
        if job.waits == 1:
            self.waiting.append(job)
            self.give()

    def give(self):
        """A worker's place, to the next task."""
        self.busy -= 1
        if self.queue:
            self.start()

    def unpark(self, job):
        job = job.root
        job.waits -= 1
        if job.waits == 0:
            self.busy += 1  # for a while perhaps one more than there are workers
            self.waiting.remove(job)

    def may_use_credit(self, job):
        """Of all places some must turn over: only the first few that wait for others may hold theirs while they need credit."""
        return job is None or job.root in self.waiting[: self.parked]

    async def _work(self):
        me = asyncio.current_task()
        while self.busy <= self.workers:
            if not self.queue:
                self.idle += 1
                await self.wake.wait()
                self.wake.clear()
                self.idle -= 1
                self.since = ticks_ms()
                continue
            if ticks_diff(ticks_ms(), self.since) > SLICE:
                await port.breathe()
                self.since = ticks_ms()
                continue
            job = self.queue.pop(0)
            job.started = True
            job.task = me
            self.jobs[id(me)] = job
            try:
                await self.run(job)
            except MemoryError:  # what it keeps leaves no room to tell of it
                port.reset()
            del self.jobs[id(me)]
        self.busy -= 1

    async def run(self, job, done=None):
        try:
            status, payload = await self._outcome(job)
        except asyncio.CancelledError:
            status, payload = frames.ABORTED, None
        except MemoryError as error:
            await port.breathe()  # what it took is free again
            status, payload = frames.FAILURE, failure("TASK_FAILED", "MemoryError: " + str(error), trace(error))
        job.task = None
        if status == frames.SUCCESS or status == frames.END:
            self.succeeded += 1
        elif status == frames.FAILURE or status == frames.BAD_ARGUMENTS:
            self.failed += 1
        (done or self.done)(job, status, payload)

    async def _outcome(self, job):
        step = 0
        kind = bodies.CALL
        try:
            kind, steps, items, headers = bodies.decode(job.body)
            job.depth = headers[3]
            if headers[0] and ticks_diff(ticks_ms(), job.arrived) > headers[0]:
                return frames.RETURNED, bytes((frames.EXPIRED,))
            if headers[3] > MAX_DEPTH:
                raise Refused("NESTING_EXHAUSTED", "A task at depth %d; at most %d on this node" % (headers[3], MAX_DEPTH))
            if job.account:  # numbers of tasks are of one life of their producer
                job.identity = "%s %d %d" % (job.account.producer, job.account.producer_epoch, headers[2] or job.id)
            if job.root.identity in self.suspects:
                raise Refused("TASK_FAILED", "The task ran when the watchdog of this board had to reset it; it is not run again")
            value = None
            if items is not None:
                value = []
                for each in items:
                    if kind == bodies.STAR and not isinstance(each, list):
                        raise BadArguments("item %d is no list of arguments" % len(value))
                    args = (each if kind == bodies.STAR else [each]) + steps[0][1]
                    value.append(await self._call(job, steps[0][0], args, None, None))
            else:
                for function, args, kwargs, immutable in steps:
                    if step and not immutable:
                        args = [value if isinstance(value, (str, int, float)) or value is None else unpack(packb(value))] + args
                    step += 1
                    last = headers if step == len(steps) else None
                    value = await self._call(job, function, args, kwargs, last)
                    if job.items is not None:
                        from broccoli.items import stream  # few nodes give any

                        await stream(self, job)
                        if job.items.error is not None:
                            raise job.items.error
                        return frames.END, packb(job.items.produced)
            payload = packb(value)
            room = job.account.max_frame - frames.HEADER_BYTES - frames.RESULT_BYTES if job.account else len(payload)
            if len(payload) > room:
                raise Refused("TOO_LARGE", "The result takes %d bytes, at most %d can be sent" % (len(payload), room))
            return frames.SUCCESS, payload
        except (asyncio.CancelledError, MemoryError):
            raise
        except LookupError as error:
            if isinstance(error, _Unknown):
                return frames.RETURNED, bytes((frames.UNKNOWN_FUNCTION,))
            return self._failed(error, kind, step)
        except (BadArguments, Malformed) as error:
            text = str(error)
            return frames.BAD_ARGUMENTS, failure("BAD_ARGUMENTS", text, "", step if kind == bodies.CHAIN else 0)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            return self._failed(error, kind, step)

    def _failed(self, error, kind, step):
        name = getattr(error, "kind", None) or ("UNENCODABLE" if isinstance(error, Unencodable) else "TASK_FAILED")
        message = str(error)
        if type(error) not in (Exception, Refused, Unencodable) or not message:
            message = type(error).__name__ + (": " + message if message else "")
        text = "" if isinstance(error, (Refused, Unencodable)) else trace(error)
        return frames.FAILURE, failure(name, message, text, step if kind == bodies.CHAIN else 0)

    async def _call(self, job, number, args, kwargs, headers):
        """`headers` only where several values may be given."""
        if job.stopped:
            raise asyncio.CancelledError
        task = self.registry.by_number.get(number)
        if task is None:
            raise _Unknown
        task.check(args, kwargs)
        value = self.watched(job, task.function, *args, **(kwargs or {}))
        if not hasattr(value, "send"):
            return value
        if not task.items:
            return await self._driven(job, value)
        if headers is None or not headers[5]:
            why = "one is asked for: use flatMap or stream" if headers else "this part of a task cannot"
            raise Refused("TASK_FAILED", task.name + " gives several values, and " + why)
        room = job.account.max_frame if job.account else 1 << 16
        from broccoli.items import Items

        job.event = asyncio.Event()
        job.items = Items(value, task.replayable, headers[5], headers[6], room - frames.HEADER_BYTES - frames.ITEM_RUN_BYTES)
        if job.items.sample:
            value.event = job.event
            if job.account:
                self.leaves(job)

    def watched(self, job, work, *args, **kwargs):
        """Notes what runs, for it may never end."""
        before = self.marked
        self.marked = job.root.identity
        self.mark(self.marked)
        try:
            return work(*args, **kwargs)
        finally:
            self.marked = before
            self.mark(before)

    @coroutine
    def _driven(self, job, task):
        """Awaits a coroutine; between two waits of it, it is what runs."""
        step, given = task.send, None
        while True:
            try:
                wait = self.watched(job, step, given)
            except StopIteration as end:
                return end.value
            try:
                given = yield wait
                step = task.send
            except BaseException as thrown:  # it is told that it is cancelled, or closed
                step, given = task.throw, thrown


class _Unknown(LookupError):
    pass
