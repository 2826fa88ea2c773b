"""A member of a cluster: its connection, its frames, its life."""

import asyncio
from random import random

from broccoli import frames
from broccoli.compat import port, seldom, ticks_diff, ticks_ms, trace
from broccoli.ledger import Ledger
from broccoli.mqtt import Client, MqttError
from broccoli.msgpack import Malformed
from broccoli.runner import Job, Runner
from broccoli.tasks import Registry

MAX_FRAME = 2048
MAX_TASK = 1024
MAX_CONTROL = 32  # frames of control that may wait; more are dropped, and announced again by the protocol
LONGEST_PAUSE = 16000  # ms before the next attempt to connect
FLOOR = 12 << 10  # bytes of free heap; with less, tasks are given back as BUSY and no more credit is dealt
MOST_LIVES = 1 << 38  # of a board; who says that there were more says nothing
LOOK = 100  # ms between looks at a heap that is not far from it

# NAME, CLUSTER and BROKER (host) must be there; the others have these values.
DEFAULTS = {
    "port": 1883,
    "user": None,
    "password": None,
    "tls": None,
    "queue": 8,
    "workers": 1,
    "modules": ("tasks",),
    "site": None,
    "watchdog": 8000,  # ms; 0: none
    "deploy_key": None,  # who has it may bring new functions here; None: nobody
    "flash": "",  # the folder of what it must not forget, with / at its end
}


current = None  # the node that this program is


class Node:
    def __init__(self, config):
        global current
        current = self
        self.config = dict(DEFAULTS)
        self.config.update(config)
        self.name = self.config["name"]
        self.root = "broccoli/" + self.config["cluster"] + "/"
        self.state = frames.ACTIVE
        self.control_out = []
        self.ready = []  # accounts with answers, jobs with items
        self.wake = asyncio.Event()
        self.announced = b""
        self.asked = False  # to announce itself; however many ask at a time are answered at once
        self.cluster = None  # its side as a producer, made when it is first used
        self.malformed = 0
        self.refused_peers = {}
        self.free = self.looked = 0  # what was free of the heap, and when
        self.epoch, self.counted = self._boot("count")
        self.registry = Registry()
        self.max_frame = MAX_FRAME
        workers = self.config["workers"]
        capacity = self.config["queue"] + workers
        self.runner = Runner(self.registry, workers, capacity, self._done, port.mark, self._boot("suspects"))
        self.runner.ready = self._items_ready
        self.runner.leaves = self._leaves
        self._new_ledger()
        self.mqtt = Client(self.config["cluster"] + ":" + self.name, self._received, MAX_FRAME + 256)
        watchdog = self.config["watchdog"]
        self.feed = port.watchdog(watchdog) if watchdog else lambda: None

    def _boot(self, what, *args):
        return getattr(seldom("boot"), what)(self.config["flash"], *args)

    def _new_ledger(self):
        capacity = self.config["queue"] + self.config["workers"]
        self.ledger = Ledger(self.epoch, capacity, self)

    # ---- life

    async def run(self):
        """Never returns."""
        deployer = self._deployer() if self.config["deploy_key"] else None
        for module in self.config["modules"]:
            if deployer and module in deployer.versions:
                continue  # it is loaded with the others that were deployed, with the care that they need
            try:
                self.registry.load(module)
            except Exception as error:  # the others are there all the same
                print("the tasks of", module, "are missing:", trace(error))
        if deployer:
            deployer.load()
        asyncio.create_task(self._always(self._send))
        asyncio.create_task(self._always(self._beat))
        await self._always(self._connect)

    def _deployer(self):
        from broccoli.deploy import Deployer

        try:
            return Deployer(self)
        except Exception as error:  # what is there was written by nobody here: it is a node all the same, but takes no modules
            print("the modules cannot be read, and none is taken:", trace(error))

    async def _connect(self):
        """Connects, again and again."""
        pause = 500
        while True:
            since = ticks_ms()
            try:
                await port.join(self.config)
                await self.mqtt.run(
                    self.config["broker"],
                    self.config["port"],
                    self.config["tls"],
                    self.config["user"],
                    self.config["password"],
                    (self.root + "p/" + self.name, self._status(frames.GONE)),
                    self._topics,
                    self._connected,
                )
            except (OSError, MqttError, asyncio.TimeoutError) as error:
                print("no connection:", type(error).__name__, error)
            pause = 500 if ticks_diff(ticks_ms(), since) > 10000 else min(LONGEST_PAUSE, 2 * pause)
            await asyncio.sleep(pause * (0.5 + random() / 2) / 1000)

    async def _always(self, work):
        """No error ends what a board lives by: it is told, and the work goes on."""
        while True:
            try:
                await work()
            except Exception as error:
                print(trace(error))
                await asyncio.sleep(1)

    def _topics(self):
        self.wide = self.cluster is not None
        presences = "+" if self.wide else self.name
        root = self.root
        return ((root + "i/" + self.name + "/#", 0), (root + "p/" + presences, 1), (root + "hello", 0))

    def _connected(self):
        print("connected")
        self.announce()
        if self.cluster:
            if not self.wide:  # it began to ask for others while it connected
                self.mqtt.subscribe(self._topics())
            self.cluster.connected()

    async def _beat(self):
        while True:
            self.feed()
            await asyncio.sleep(1)
            now = ticks_ms()
            self._look(now)
            self.ledger.beat(now)
            if self.cluster:
                self.cluster.tick()
            self.wake.set()

    def drain(self):
        self.state = frames.DRAINING
        self.ledger.drain()
        self.announce()
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

    def _status(self, state):
        return seldom("status").status(self, state, MAX_FRAME, MAX_TASK)

    def announce(self):
        self.announced = self._status(self.state)
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
            if isinstance(error, frames.OtherVersion) and (last is None or ticks_diff(now, last) > 10000):
                if len(self.refused_peers) < 16 or last is not None:
                    self.refused_peers[sender] = now
                    self.control(sender, frames.NACK, 0, 0, 0, frames.OTHER_VERSION, frames.VERSION)
        return None, None

    def _frame(self, sender, payload):
        kind, fields = self._decode(sender, payload)
        now = ticks_ms()
        if kind == frames.TASKS:
            if self.free < 4 * FLOOR and ticks_diff(now, self.looked) >= LOOK:
                self._look(now)
            self.ledger.tasks(sender, fields, now)
        elif kind == frames.POLL:
            self.ledger.poll(sender, fields, now)
        elif kind == frames.CANCEL:
            self.ledger.cancel(sender, fields, now)
        elif kind == frames.BYE:
            self.ledger.bye(sender, fields[0])
            if self.cluster:
                self.cluster.bye(sender, fields[0])
        elif kind is not None and self.cluster:
            self.cluster.frame(sender, kind, fields, now)

    def _presence(self, member, payload, retained):
        if member == self.name:
            former = retained and not self.counted  # this life may have the number of the one before
            if len(payload) and (former or bytes(payload) != self.announced):
                kind, fields = self._decode(member, payload)
                if kind == frames.STATUS and fields[0] == self.name:
                    self.counted = self.counted or former
                    self._myself(fields[1], former or fields[2] == frames.GONE)
        elif self.cluster:
            if not len(payload):
                self.cluster.gone(member)
                return
            kind, fields = self._decode(member, payload)
            if kind == frames.STATUS and fields[0] == member:
                self.cluster.present(fields)

    def _myself(self, epoch, ended):
        if epoch > self.epoch or epoch == self.epoch and ended:
            self.rise(epoch + 1)

    def rise(self, epoch):
        """Another life of this name is known to somebody: this one goes on above it, and with a connection whose will says so."""
        if epoch > MOST_LIVES:
            return
        self.epoch = epoch
        self._boot("keep", epoch)
        self.ledger.close()
        self._new_ledger()
        if self.cluster:
            self.cluster.restart(epoch)
        raise MqttError("another life of this board is known, this one is now number %d" % epoch)

    def produce(self):
        """From now on it knows other nodes, to have them work for it."""
        from broccoli import cluster

        self.cluster = cluster.member(self)
        if self.mqtt.up:
            self.mqtt.subscribe(self._topics())
            self.cluster.connected()

    # ---- what the ledger asks for

    def control(self, to, kind, *fields):
        if len(self.control_out) < MAX_CONTROL:
            self.control_out.append((to, frames.encode(kind, *fields)))
        self.wake.set()

    def accept(self, account, seq, task_id, body):
        if len(body) > MAX_TASK:
            return None
        job = Job(account, seq, task_id, body, ticks_ms())
        self.runner.offer(job)
        return job

    def withdraw(self, job, stop):
        return self.runner.withdraw(job, stop)

    def items_asked(self, job, received, limit):
        job.items.heard(received, limit)
        job.event.set()
        self._items_ready(job)

    def answers_ready(self, account):
        if account not in self.ready:
            self.ready.append(account)
        self.wake.set()

    def _items_ready(self, job):
        if job not in self.ready:
            self.ready.append(job)
        self.wake.set()

    def _leaves(self, job):
        self.ledger.leaves(job)
        self.ledger.deal()
        self.wake.set()

    def _done(self, job, status, payload):
        self.ledger.finished(job, status, payload)
        self.ledger.deal()
        self.wake.set()

    # ---- out

    async def _send(self):
        while True:
            await self.wake.wait()
            self.wake.clear()
            if self.asked:
                self.asked = False
                self.announce()
            while self.control_out:
                to, frame = self.control_out.pop(0)
                self.send(to, frame)
            while self.ready:
                next_one = self.ready.pop(0)
                if isinstance(next_one, Job):
                    self._send_items(next_one)
                else:
                    self._send_results(next_one)
                await self.mqtt.drain()
            if self.cluster:
                self.cluster.send()
            if self.mqtt.conn:
                try:
                    await self.mqtt.drain()
                except OSError:
                    pass  # the reader hears of it too
            if self.ledger.rises:
                await asyncio.sleep(0.001)
                self.ledger.grant_rises()

    def send(self, to, frame):
        return self.mqtt.publish(self.root + "i/" + to + "/" + self.name, frame)

    def _send_results(self, account):
        most = min(account.max_frame, MAX_FRAME) - frames.HEADER_BYTES
        while True:
            fields = self.ledger.results(account, most)
            if fields is None:
                return
            self.send(account.producer, frames.encode(frames.RESULTS, *fields))

    def _send_items(self, job):
        account = job.account
        most = min(account.max_frame, MAX_FRAME) - frames.HEADER_BYTES - frames.ITEM_RUN_BYTES
        while not account.fenced and job.items is not None:
            run = job.items.take(job.seq, most)
            if run is None:
                return
            self.send(account.producer, frames.encode(frames.ITEMS, account.producer_epoch, account.link_epoch, [run]))
