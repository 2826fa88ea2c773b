"""A member of a cluster: its connection, its frames, its life."""

import asyncio

from broccoli import frames, wire
from broccoli.compat import port, seldom, since, ticks_ms, trace
from broccoli.mqtt import MqttError
from broccoli.msgpack import Malformed
from broccoli.runner import Job

_MAX_CONTROL = 32  # frames of control that may wait; more are dropped, and announced again by the protocol
LONGEST_PAUSE = 16000  # ms before the next attempt to connect
FLOOR = 12 << 10  # bytes of free heap; with less, tasks are given back as BUSY and no more credit is dealt
_STUCK = 60000  # ms without a turn of the sender, which has one each second
_LOOK = 100  # ms between looks at a heap that is not far from it


current = None  # the node that this program is


class Node:
    def __init__(self, config):
        global current
        current = self
        seldom("boot").begin(self, config)

    # ---- life

    async def run(self):
        """Never returns."""
        seldom("boot").load(self)
        asyncio.create_task(self._always(self._send))
        asyncio.create_task(self._always(self._beat))
        await self._always(self._connect)

    async def _connect(self):
        """Connects, again and again."""
        while True:
            try:
                await port.join(self.config, self.tries)
                await self.mqtt.run(*seldom("connecting").upcoming(self))
            except (OSError, MqttError, asyncio.TimeoutError) as error:
                await asyncio.sleep(seldom("connecting").pause(self, error))

    async def _always(self, work):
        """No error ends what a board lives by: it is told, and the work goes on."""
        while True:
            try:
                await work()
            except Exception as error:
                print(trace(error))
                await asyncio.sleep(1)

    def topics(self):
        return seldom("connecting").topics(self)

    def _connected(self):
        seldom("connecting").connected(self)

    async def _beat(self):
        offline = self.config["offline"]
        while True:
            now = ticks_ms()
            if self.mqtt.up:
                self.online = now
            if offline and since(self.online, now) > offline or since(self.turned, now) > _STUCK:
                print("it restarts: no broker, or it cannot send")
                port.reset()
            if self.feed:
                self.feed()
            await asyncio.sleep(1)
            now = ticks_ms()
            self._look(now)
            try:
                self.mqtt.beat(now)
            except OSError:
                pass  # the reader hears of it too
            self.ledger.beat(now)
            if self.ledger.worn():
                port.reset()  # after two years: its next life has new numbers for links
            if self.cluster:
                self.cluster.tick()
            self.wake.set()

    def _look(self, now):
        """Hears that memory is short, and that it is no more."""
        self.looked = now
        self.free = port.free(FLOOR)
        scarce = self.free < FLOOR
        if scarce != self.ledger.scarce:
            print("memory is short, tasks are given back" if scarce else "there is memory again")
            self.ledger.scarce = scarce
            self.ledger.deal()

    def announce(self):
        self.announced = seldom("status").status(self, self.state)
        self.mqtt.publish(self.root + "p/" + self.name, self.announced, 1, True)

    # ---- in

    def _received(self, topic, payload, retained):
        rest = topic[len(self.root) :]
        if rest.startswith("i/"):
            sender = rest[3 + len(self.name) :]
            if sender and not retained and "/" not in sender:
                self._frame(sender, payload)
        elif rest.startswith("p/"):
            self._presence(rest[2:], payload, retained)
        elif rest == "hello":
            self.asked = True
        self.wake.set()

    def _decode(self, sender, payload):
        try:
            return frames.decode(payload)
        except Malformed as error:
            self.malformed += 1
            now = ticks_ms()
            last = self.refused_peers.get(sender)
            if isinstance(error, frames.OtherVersion) and (last is None or since(last, now) > 10000):
                if len(self.refused_peers) < 16 or last is not None:
                    self.refused_peers[sender] = now
                    self.control(sender, wire.NACK, 0, 0, 0, wire.OTHER_VERSION, wire.VERSION)
        return None, None

    def _frame(self, sender, payload):
        kind, fields = self._decode(sender, payload)
        now = ticks_ms()
        if kind == wire.TASKS:
            if self.free < 4 * FLOOR and since(self.looked, now) >= _LOOK:
                self._look(now)
            self.ledger.tasks(sender, fields, now)
        elif kind == wire.POLL:
            self.ledger.poll(sender, fields, now)
        elif kind == wire.CANCEL:
            self.ledger.cancel(sender, fields, now)
        elif kind == wire.BYE:
            self.ledger.bye(sender, fields[wire.BYE_EPOCH])
            if self.cluster:
                self.cluster.bye(sender, fields[wire.BYE_EPOCH])
        elif kind is not None and self.cluster:
            self.cluster.frame(sender, kind, fields, now)

    def _presence(self, member, payload, retained):
        if member == self.name:
            former = retained and not self.counted  # this life may have the number of the one before
            if len(payload) and (former or payload != self.announced):
                seldom("boot").other(self, payload, former)
        elif self.cluster:
            self.cluster.presence(member, payload)

    # ---- what the ledger asks for

    def control(self, to, kind, *fields):
        if len(self.control_out) < _MAX_CONTROL:
            self.control_out.append((to, kind) + fields)
        self.wake.set()

    def accept(self, account, seq, task_id, body):
        if len(body) > wire.MAX_TASK:
            return None
        job = Job(account, seq, task_id, body, ticks_ms())
        self.runner.offer(job)
        return job

    def withdraw(self, job, stop):
        return self.runner.withdraw(job, stop)

    def answers_ready(self, account):
        """Of an account; or the items of a job."""
        if account not in self.ready:
            self.ready.append(account)
        self.wake.set()

    def _done(self, job, status, payload):
        if status is None:
            self.ledger.leaves(job)
        else:
            self.ledger.finished(job, status, payload)
        self.ledger.deal()
        self.wake.set()

    # ---- out

    async def _send(self):
        while True:
            self.turned = ticks_ms()
            await self.wake.wait()
            self.wake.clear()
            if self.asked:
                try:
                    self.announce()
                    self.asked = False
                except MemoryError:
                    pass  # with the next beat, perhaps
            while self.control_out:
                self.send(*self.control_out.pop(0))
            while self.ready:
                next_one = self.ready.pop(0)
                if isinstance(next_one, Job):
                    next_one.items.send(self, next_one)
                else:
                    self._send_results(next_one)
                await self.mqtt.drain()
            if self.cluster:
                self.cluster.send()
            try:
                await self.mqtt.drain()
            except OSError:
                pass  # the reader hears of it too
            if self.ledger.rises:
                await asyncio.sleep(0.001)
                self.ledger.grant_rises()

    def send(self, to, kind, *fields):
        """Sends a frame now, or not at all."""
        mqtt = self.mqtt
        if mqtt.up:
            frames.write(mqtt.begin(self.root + "i/" + to + "/" + self.name), kind, *fields)
            mqtt.end(0x30)

    def _send_results(self, account):
        most = min(account.max_frame, wire.MOST_OUT) - wire.HEADER_BYTES
        while True:
            fields = self.ledger.results(account, most)
            if fields is None:
                return
            self.send(account.producer, wire.RESULTS, *fields)
