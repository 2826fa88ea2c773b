"""Runs what a node holds: calls, chains and chunks; plain functions, async ones, and generators that give items."""

import asyncio

from broccoli import bodies, wire
from broccoli.compat import port, since, ticks_ms
from broccoli.msgpack import packb, unpack
from broccoli.tasks import Refused

_MAX_DEPTH = 8
_SLICE = 10  # ms that tasks may run one after another before the network has its turn


class Job:
    """A task that is held. `account` is None for a sub-task that runs in its parent's place."""

    # As long as they are so, they take no memory of a job.
    started = False
    stopped = False
    placed = True  # it has one of the node's places
    task = None  # of asyncio, while it awaits
    items = None
    depth = 0
    event = None
    waits = 0  # sub-tasks that it waits for
    in_place = False  # whether one of them runs in its place
    identity = ""  # by which it is known again after a reset

    def __init__(self, account, seq, task_id, body, arrived):
        self.account = account
        self.seq = seq
        self.id = task_id
        self.body = body
        self.arrived = arrived
        self.root = self  # the job whose place on the node this one uses


class Runner:
    """`done(job, status, payload)` hears of outcomes, and with a status of None, of jobs that need no place any more; `mark(text)` of what
    runs.
    """

    def __init__(self, registry, workers, done, mark, suspects):
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
        self.jobs = {}  # asyncio task -> job, of those that run
        self.since = ticks_ms()
        self.succeeded = 0

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
            if job.items is not None:
                job.items.close()  # a subscriber's place is the next one's at once
            if job.task is not None:
                job.task.cancel()
        return False

    def start(self):
        if self.idle:
            self.wake.set()
        elif self.busy < self.workers:
            self.busy += 1
            asyncio.create_task(self._work())

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
            if since(self.since, ticks_ms()) > _SLICE:
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
            status, payload = wire.ABORTED, None
        except MemoryError as error:
            await port.breathe()  # what it took is free again
            status, payload = self._failed(error, 0)
        job.task = None
        if status == wire.SUCCESS or status == wire.END:
            self.succeeded += 1
        (done or self.done)(job, status, payload)

    async def _outcome(self, job):
        step = 0
        kind = wire.CALL
        try:
            kind, steps, items, headers = bodies.decode(job.body)
            job.depth = headers[3]
            if headers[0] and since(job.arrived, ticks_ms()) > headers[0]:
                return wire.RETURNED, bytes((wire.EXPIRED,))
            if headers[3] > _MAX_DEPTH:
                raise Refused("depth", headers[3], _MAX_DEPTH)
            if job.account:  # numbers of tasks are of one life of their producer
                job.identity = "%s %d %d" % (job.account.producer, job.account.producer_epoch, headers[2] or job.id)
            if job.root.identity in self.suspects:
                raise Refused("suspect")
            value = None
            if items is not None:
                value = []
                for each in items:
                    if kind == wire.STAR and not isinstance(each, list):
                        raise Refused("list", len(value))
                    args = (each if kind == wire.STAR else [each]) + steps[0][1]
                    value.append(await self._call(job, steps[0][0], args, None, None))
            else:
                for function, args, kwargs, immutable in steps:
                    if step and not immutable:
                        args = [value if isinstance(value, (str, int, float)) or value is None else unpack(packb(value))] + args
                    step += 1
                    last = headers if step == len(steps) else None
                    value = await self._call(job, function, args, kwargs, last)
                    if job.items is not None:
                        return wire.END, packb(await job.items.give(self, job))
            payload = packb(value)
            room = job.account.max_frame - wire.HEADER_BYTES - wire.RESULT_BYTES if job.account else len(payload)
            if len(payload) > room:
                raise Refused("room", len(payload), room)
            return wire.SUCCESS, payload
        except (asyncio.CancelledError, MemoryError):
            raise
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            return self._failed(error, step if kind == wire.CHAIN else 0)

    def _failed(self, error, step):
        try:
            from broccoli import failures  # once there is one, more will come

            return failures.failed(error, step)
        except MemoryError:  # there is not even room for the words
            return wire.FAILURE, packb(["TASK_FAILED", "MemoryError", "", step, "MemoryError"])

    async def _call(self, job, number, args, kwargs, headers):
        """`headers` only where several values may be given."""
        if job.stopped:
            raise asyncio.CancelledError
        task = self.registry.by_number.get(number)
        if task is None:
            if number:
                raise Refused(wire.UNKNOWN_FUNCTION)
            from broccoli.compat import seldom

            task = seldom("board").task()
        task.check(args, kwargs)
        value = self.watched(job, task.function, *args, **(kwargs or {}))
        if not hasattr(value, "send"):
            return value
        if not task.items:
            from broccoli.awaiting import awaited  # few tasks wait

            return await awaited(self, job, value)
        if headers is None or not headers[5]:
            value.close()  # a subscriber has a place
            raise Refused("values" if headers else "part", task.name)
        from broccoli import items  # few nodes give any

        items.begin(self, job, task, value, headers)

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
