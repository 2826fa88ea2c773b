"""A board as a producer: its tasks, and its own program, have the cluster work for them, over the same credits as anybody.

    from broccoli import cluster

    @task
    async def area(sides):
        return await cluster.group([("mul", a, b) for a, b in sides])

    await cluster.call("mul", 3, 4)                       # 12, from any node that has it
    await cluster.call("mul", 3, 4, on="board-2")         # from that one
    await cluster.chain(("add", 4, 4), ("mul", 8))        # 64: a step gets the result before it as its first argument
    await cluster.group([("add", 1, 1), ("add", 2, 2)])   # [2, 4], at once
    await cluster.group(..., errors=True)                 # a TaskError in the place of what failed

A failure raises TaskError, and so does a call without an outcome within a minute, or `timeout_ms` (0: it may take for ever). Cancelling what
awaits, cancels what is under way.
"""

import asyncio

from broccoli import wire
from broccoli.answers import encode_body
from broccoli.compat import seldom, since, ticks_ms
from broccoli.errands import Errand, TaskError
from broccoli.link import MOST_DEPTH, Link
from broccoli.msgpack import Malformed, unpack
from broccoli.parking import park, unpark
from broccoli.places import Places

_MAX_OPEN = 16  # calls that wait for room elsewhere or are under way; others wait their turn
MAX_NODES = 16
_ATTEMPTS = 4
TIMEOUT = 60000  # ms from when a call has its place until its outcome
PATIENCE = 30000  # ms without room for a sub-task, or without any node that has what is asked for, and answers
PATIENCE_IF_NOT_PARKED = 5000

_member = None


def produce(node):
    """From now on this node, which is the one that this program is, knows others, to have them work for it."""
    global _member
    node.cluster = _member = Cluster(node)
    if node.mqtt.up:
        _member.connected()


def _cluster():
    if _member is None:
        from broccoli import node

        produce(node.current)
    return _member


async def call(name, *args, on=None, timeout_ms=None, **kwargs):
    return await _cluster().run([(name, args, kwargs, False)], on, timeout_ms)


async def chain(*steps, on=None, timeout_ms=None):
    """Where no node has all steps, the time is that of each step."""
    return await _cluster().chain([(each[0], each[1:], None, False) for each in steps], on, timeout_ms)


async def group(calls, errors=False, timeout_ms=None):
    """The time is that of each call, from when it has its place."""
    return await _cluster().group(calls, errors, timeout_ms)


def nodes():
    """Names of the nodes that are known, and the names of their tasks."""
    return {name: sorted(each.functions) for name, each in _cluster().nodes.items()}


class Peer:
    def __init__(self, name):
        self.name = name
        self.epoch = 0
        self.functions = {}
        self.max_frame = self.max_task = self.workers = 0
        self.active = False
        self.link = None


class Cluster:
    def __init__(self, node):
        self.node = node
        self.wide = False  # whether this connection hears of other members
        self.nodes = {}
        self.pending = []
        self.errands = []  # that have places
        self.places = Places(_MAX_OPEN)
        self.changed = asyncio.Event()
        self.ids = 0
        asyncio.create_task(self._keep())

    # ---- what programs ask for

    async def chain(self, steps, on, timeout):
        """In one go where a node has all steps; else step by step."""
        whole = not steps or on or any([self._offers(each, steps) for each in self.nodes.values()])
        if whole or len(steps) == 1:
            return await self.run(steps, on, timeout)
        value = await self.run(steps[:1], on, timeout)
        for name, args, kwargs, _ in steps[1:]:
            value = await self.run([(name, [value] + list(args), kwargs, False)], on, timeout)
        return value

    async def group(self, calls, errors, timeout):
        calls = list(calls)
        results = [None] * len(calls)
        left = iter(range(len(calls)))
        parent = self._parent()

        async def some():
            for i in left:
                try:
                    results[i] = await self.run([(calls[i][0], calls[i][1:], None, False)], None, timeout, parent)
                except TaskError as error:
                    if not errors:
                        raise
                    results[i] = error

        await self._gather([some() for _ in range(min(_MAX_OPEN, len(calls)))])
        return results

    async def _gather(self, coroutines):
        tasks = [asyncio.create_task(each) for each in coroutines]
        try:
            for each in tasks:
                await each
        finally:
            for each in tasks:
                each.cancel()

    def _parent(self):
        return self.node.runner.jobs.get(id(asyncio.current_task()))

    async def run(self, steps, on, timeout, parent=None):
        parent = parent or self._parent()
        if not steps:
            return None
        errand = Errand(steps, on, parent, TIMEOUT if timeout is None else timeout)
        if errand.depth > 16:
            raise TaskError("NESTING_EXHAUSTED", "at most 16 tasks may be nested in one another")
        runner = self.node.runner
        if parent:
            park(runner, parent)
        try:
            own = on in (None, self.node.name) and parent and self._own(steps)
            if own and (on or self.places.full() or not self._has_room(errand)) and not parent.in_place:
                await self._in_place(errand, own)
            else:
                await self._enter(errand)
                self.pending.append(errand)
                self._wake()
                await errand.done.wait()
        finally:
            self._leave(errand)
            if parent:
                unpark(runner, parent)
            if errand in self.pending:
                self.pending.remove(errand)
            elif errand.status is None and errand.peer and errand.peer.link:
                errand.peer.link.void(errand.seq)
            self._wake()
        if errand.status == wire.SUCCESS:
            return unpack(errand.payload)
        raise self._error(errand)

    async def _enter(self, errand):
        try:
            await self.places.enter(PATIENCE if errand.parent else None)  # its own places may be what a task waits for
        except asyncio.TimeoutError:
            raise TaskError("NESTING_EXHAUSTED", "%d calls of this board were under way for %d s" % (_MAX_OPEN, PATIENCE // 1000))
        errand.placed = True
        errand.since = errand.began = ticks_ms()
        self.errands.append(errand)

    def _leave(self, errand):
        if errand.placed:
            errand.placed = False
            self.errands.remove(errand)
            self.places.leave()

    def _error(self, errand):
        if isinstance(errand.payload, TaskError):
            return errand.payload
        try:
            kind, message, text, *rest = unpack(errand.payload)
            return TaskError(kind, message, text, rest[1] if len(rest) > 1 else "")
        except (Malformed, TypeError, ValueError):
            return TaskError("TASK_FAILED", "what the node says of it cannot be read")

    # ---- in the parent's place

    def _own(self, steps):
        tasks = [self.node.registry.by_name.get(each[0]) for each in steps]
        return None if None in tasks else tasks

    async def _in_place(self, errand, tasks):
        from broccoli.runner import Job

        parent = errand.parent
        parent.in_place = True
        try:
            numbers = [task.number for task in tasks]
            job = Job(None, 0, 0, self._body(errand, numbers), ticks_ms())
            job.root = parent.root

            def done(_, status, payload):
                errand.status, errand.payload = status, payload

            runner = self.node.runner
            me = id(asyncio.current_task())
            before = runner.jobs.get(me)
            runner.jobs[me] = job
            try:
                await runner.run(job, done)
            finally:
                if before:
                    runner.jobs[me] = before
                else:
                    del runner.jobs[me]
            if errand.status not in (wire.SUCCESS, wire.FAILURE, wire.BAD_ARGUMENTS):
                errand.payload = TaskError("TASK_FAILED", "it could not be run in its parent's place")
        finally:
            parent.in_place = False

    def _body(self, errand, numbers):
        steps = [(number, each[1], each[2], each[3]) for number, each in zip(numbers, errand.steps)]
        kind = wire.CALL if len(steps) == 1 else wire.CHAIN
        return encode_body(kind, steps, None, (0, errand.attempt, errand.id, errand.depth, "", 0, 0))

    # ---- nodes

    def presence(self, name, payload):
        if not len(payload):
            self.gone(name)
            return
        kind, fields = self.node._decode(name, payload)
        if kind == wire.STATUS and fields[wire.STATUS_MEMBER] == name:
            self.present(fields)

    def present(self, fields):
        name = fields[wire.STATUS_MEMBER]
        if name == self.node.name:
            return
        peer = self.nodes.get(name)
        if peer is None:
            if len(self.nodes) >= MAX_NODES or fields[wire.STATUS_STATE] == wire.GONE:
                return
            peer = self.nodes[name] = Peer(name)
        if fields[wire.STATUS_EPOCH] < peer.epoch:
            return  # the will of a former life
        if fields[wire.STATUS_STATE] == wire.GONE:
            self.gone(name)
            return
        if peer.link and fields[wire.STATUS_EPOCH] > peer.epoch:
            peer.link.gone()  # numbers of functions are of one life
        peer.epoch = fields[wire.STATUS_EPOCH]
        peer.active = fields[wire.STATUS_STATE] == wire.ACTIVE
        peer.workers = max(1, fields[wire.STATUS_WORKERS])
        peer.max_frame = fields[wire.STATUS_MAX_FRAME]
        peer.max_task = fields[wire.STATUS_MAX_TASK]
        peer.functions = {each[1]: each[0] for each in fields[wire.STATUS_FUNCTIONS]}
        if peer.link:
            peer.link.draining = not peer.active
        self._wake()

    def gone(self, name):
        peer = self.nodes.get(name)
        if peer:
            peer.active = False
            if peer.link:
                peer.link.gone()
            del self.nodes[name]
            self._wake()

    def bye(self, name, epoch):
        peer = self.nodes.get(name)
        if peer and epoch >= peer.epoch:
            self.gone(name)

    def frame(self, sender, kind, fields, now):
        peer = self.nodes.get(sender)
        link = peer and peer.link
        if not link:
            return
        if kind == wire.GRANT:
            link.grant(fields, now)
        elif kind == wire.RESULTS:
            link.results(fields, now)
        elif kind == wire.ITEMS:
            link.items(fields, now)
        elif kind == wire.NACK and fields[wire.NACK_REASON] == wire.STALE_PRODUCER and fields[wire.NACK_CURRENT] > link.producer_epoch:
            seldom("boot").rise(self.node, fields[wire.NACK_CURRENT] + 1)
        self._wake()

    def restart(self, epoch):
        for peer in self.nodes.values():
            if peer.link:
                peer.link.restart(epoch)
        self._wake()

    def connected(self):
        mqtt = self.node.mqtt
        if not self.wide:  # it began to ask for others when this one had subscribed
            mqtt.greet().subscribe(mqtt, self.node.topics())
        mqtt.publish(self.node.root + "hello", b"")
        for peer in self.nodes.values():
            if peer.link:
                peer.link.soon = True
        self._wake()

    # ---- links

    def outcome(self, errand, status, payload):
        if status in (wire.SUCCESS, wire.FAILURE, wire.BAD_ARGUMENTS):
            self._end(errand, status, payload)
        elif status == wire.RETURNED and payload and payload[0] != wire.RESULT_GONE:
            if payload[0] == wire.TOO_LARGE or payload[0] == wire.UNKNOWN_FUNCTION and errand.on:
                self._end(errand, wire.FAILURE, TaskError("TOO_LARGE" if payload[0] == wire.TOO_LARGE else "UNKNOWN_TASK", "refused by " + errand.peer.name))
            else:
                if payload[0] == wire.UNKNOWN_FUNCTION:
                    errand.peer.functions.pop(errand.steps[0][0], None)
                self._again(errand, False)
        elif status == wire.END:
            self._end(errand, wire.FAILURE, TaskError("BAD_ARGUMENTS", errand.steps[-1][0] + " gives several values, and one is asked for"))
        else:
            self._again(errand, True)

    def items(self, errand, run):
        """No task is sent that may answer with items."""

    def lost(self, errand, may_have_started):
        self._again(errand, may_have_started)

    def _again(self, errand, counts):
        errand.attempt += 1 if counts else 0
        errand.peer = None
        errand.since = ticks_ms()
        if errand.attempt > _ATTEMPTS:
            self._end(errand, wire.FAILURE, TaskError("NODE_LOST", "the nodes that had it were lost"))
        else:
            self.pending.insert(0, errand)
            self._wake()

    def _end(self, errand, status, payload):
        errand.status = status
        errand.payload = payload
        errand.done.set()

    def _offers(self, peer, steps):
        if not peer.active:
            return False
        for each in steps:
            if each[0] not in peer.functions:
                return False
        return True

    def _link(self, peer):
        if peer.link is None:
            peer.link = Link(self.node.epoch, self.ids << 32, self, ticks_ms())
            peer.link.depth = peer.link.least_depth = min(MOST_DEPTH, 2 * peer.workers)
            self.ids += 1
        return peer.link

    def _may_use_credit(self, job):
        """Of all places some must turn over: only the first few that wait for others may hold theirs while they need credit."""
        capacity = self.node.ledger.capacity
        return job is None or job.root in self.node.runner.waiting[: max(0, capacity - 1 - capacity // 4)]

    def _has_room(self, errand):
        return self._may_use_credit(errand.parent) and self._choose(errand) is not None

    def _choose(self, errand):
        best = None
        for peer in self.nodes.values():
            if errand.on not in (None, peer.name) or not self._offers(peer, errand.steps) or not peer.link:
                continue
            link = peer.link
            if link.usable() > 0 and link.in_flight() < link.depth and not link.silent:
                if best is None or link.in_flight() < best.link.in_flight():
                    best = peer
        return best

    def pump(self, now):
        """Launches what finds credit, and says what is wanted."""
        wants = {}
        for errand in list(self.pending):
            may = not errand.parent or self._may_use_credit(errand.parent) or not self._own(errand.steps)
            peer = self._choose(errand) if may else None
            if peer:
                self._launch(errand, peer, now)
                continue
            own = errand.parent and errand.on is None and self._own(errand.steps)
            if own and not errand.parent.in_place:
                self.pending.remove(errand)
                asyncio.create_task(self._place(errand, own))
                continue
            able = [each for each in self.nodes.values() if errand.on in (None, each.name) and self._offers(each, errand.steps)]
            for each in able:
                wants[each.name] = wants.get(each.name, 0) + 1 / len(able)
            if errand.parent:
                patience = PATIENCE if self._may_use_credit(errand.parent) else PATIENCE_IF_NOT_PARKED
                if since(errand.since, now) > patience:
                    self.pending.remove(errand)
                    why = "No node had room for %s for %d s" % (errand.steps[0][0], patience // 1000)
                    self._end(errand, wire.FAILURE, TaskError("NESTING_EXHAUSTED", why))
            elif [each for each in able if not each.link or not each.link.silent]:
                errand.since = now
            elif since(errand.since, now) > PATIENCE:
                self.pending.remove(errand)
                self._end(errand, wire.FAILURE, TaskError("UNKNOWN_TASK", seldom("reasons").missing(self, errand, able)))
        for peer in self.nodes.values():
            n = wants.get(peer.name, 0)
            n = int(n) + (1 if n > int(n) else 0)
            if n or peer.link:
                link = self._link(peer)
                if link.in_flight() >= link.depth and link.free <= 0:
                    n = 0  # what it may not send yet serves others
                link.wants(min(n, MOST_DEPTH))

    async def _place(self, errand, own):
        self._leave(errand)  # what it asks for may need it
        await self._in_place(errand, own)
        errand.done.set()
        self._wake()

    def _launch(self, errand, peer, now):
        self.pending.remove(errand)
        try:
            body = self._body(errand, [peer.functions[each[0]] for each in errand.steps])
        except Exception as error:
            self._end(errand, wire.FAILURE, TaskError("UNENCODABLE", str(error)))
            return
        if len(body) > min(peer.max_task, peer.max_frame - wire.HEADER_BYTES, wire.MAX_FRAME - wire.HEADER_BYTES):
            self._end(errand, wire.FAILURE, TaskError("TOO_LARGE", "the task takes %d bytes" % len(body)))
            return
        errand.peer = peer
        errand.seq = peer.link.launch(errand, body, now)
        if not errand.id:
            errand.id = peer.link.id_base + errand.seq

    # ---- frames out

    def _wake(self):
        self.changed.set()
        self.node.wake.set()

    def send(self):
        """Everything that can be said now."""
        now = ticks_ms()
        self.pump(now)
        for peer in self.nodes.values():
            link = peer.link
            if not link:
                continue

            def out(kind, *fields):
                self.node.send(peer.name, kind, *fields)

            fields = link.cancel()
            if fields:
                out(wire.CANCEL, *fields)
            while True:
                fields = link.tasks(now, min(peer.max_frame, wire.MOST_OUT) - wire.HEADER_BYTES)
                if not fields:
                    break
                out(wire.TASKS, *fields)
            link.keep(now, wire.MAX_FRAME, [], out)

    def tick(self):
        for peer in self.nodes.values():
            if peer.link:
                peer.link.tick()
        now = ticks_ms()
        for errand in self.errands:
            if errand.timeout and errand.status is None and since(errand.began, now) > errand.timeout:
                why = TaskError("TIMEOUT", seldom("reasons").late(self, errand, now))
                if errand in self.pending:
                    self.pending.remove(errand)
                elif errand.peer:
                    errand.peer.link.void(errand.seq)
                self._end(errand, wire.FAILURE, why)

    async def _keep(self):
        """Wakes the sender when a link is due."""
        while True:
            now = ticks_ms()
            waits = [each.link.due(now) for each in self.nodes.values() if each.link and each.link.busy()]
            if waits:
                if min(waits) <= 0:
                    self.node.wake.set()
                await asyncio.sleep(max(0.005, min(waits) / 1000))
            else:
                self.changed.clear()
                await self.changed.wait()
