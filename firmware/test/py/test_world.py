"""Both sides of the protocol in virtual time, over a network that loses, repeats and reorders, with nodes and producers that die."""

from broccoli import answers, frames, wire
from broccoli.ledger import Ledger
from broccoli.link import Link
from support import CPYTHON, Random, encode

WORLDS = 60 if CPYTHON else 20
TASKS = 30
LONGEST = 300000  # ms in which a world must end


class Job:
    def __init__(self, account, seq, body):
        self.account = account
        self.seq = seq
        self.body = body
        self.items = None
        self.started = False
        self.placed = True


class Node:
    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.epoch = 0
        self.refusals = 0
        self.boot()

    def boot(self):
        self.epoch += 1
        self.queue = []
        self.running = []
        self.ledger = Ledger(self.epoch, 4, self)

    def control(self, to, kind, *fields):
        if kind == wire.NACK and fields[3] == wire.NO_CREDIT:
            self.refusals += 1
        self.world.send(self.name, to, kind, fields)

    def accept(self, account, seq, task_id, body):
        job = Job(account, seq, body)
        self.queue.append(job)
        return job

    def withdraw(self, job, stop):
        if job.started:
            return False
        self.queue.remove(job)
        return True

    def answers_ready(self, account):
        pass

    def step(self, now, random):
        if self.queue and not self.running and random.below(3) == 0:
            job = self.queue.pop(0)
            job.started = True
            self.running.append(job)
        elif self.running and random.below(3) == 0:
            job = self.running.pop()
            self.world.ran(job.body)
            self.ledger.finished(job, wire.SUCCESS, job.body[-1:])
            self.ledger.deal()
        for account in list(self.ledger.accounts.values()):
            fields = self.ledger.results(account, 200)
            if fields:
                self.world.send(self.name, account.producer, wire.RESULTS, fields)
        if self.ledger.rises:
            self.ledger.grant_rises()
        if now % 1000 == 0:
            self.ledger.beat(now)
        held = self.ledger.held
        assert held == len(self.queue) + len(self.running)
        assert held + self.ledger.unused() <= self.ledger.capacity and self.ledger.unused() >= 0
        assert len(self.ledger.remembered) <= 4 * self.ledger.capacity


class Producer:
    def __init__(self, world, name, tasks):
        self.world = world
        self.name = name
        self.epoch = 1
        self.pending = [(each,) for each in range(tasks)]
        self.ended = {}
        self.tasks = tasks
        self.links = {}

    def connect(self, nodes, now):
        for name in nodes:
            self.links[name] = Link(self.epoch, 0, self, now)

    def outcome(self, element, status, payload):
        assert element not in self.ended, "an element that ends twice"
        if status == wire.SUCCESS:
            assert payload == bytes(element)
            self.ended[element] = True
        else:
            assert status in (wire.RETURNED, wire.CANCELLED, wire.ABORTED), status
            self.pending.append(element)

    def lost(self, element, may_have_started):
        self.pending.append(element)

    def step(self, now, random):
        for name, link in self.links.items():
            while self.pending and link.usable() > 0:
                element = self.pending.pop(0)
                link.launch(element, b"\x92\x01" + bytes(element), now)
            link.wants(min(4, (len(self.pending) + 1) // 2))

            def out(kind, *fields):
                self.world.send(self.name, name, kind, fields)

            fields = link.cancel()
            if fields:
                out(wire.CANCEL, *fields)
            fields = link.tasks(now, 200)
            if fields:
                out(wire.TASKS, *fields)
            link.keep(now, 1000, [], out)
            if now % 1000 == 0:
                link.tick()

    def done(self):
        return len(self.ended) == self.tasks and all([not link.busy() for link in self.links.values()])


class World:
    def __init__(self, seed):
        self.random = random = Random(seed)
        self.now = 0
        self.air = []
        self.faults = True
        self.loss = random.below(25)
        self.runs = {}
        self.nodes = {"n1": Node(self, "n1"), "n2": Node(self, "n2")}
        self.producers = {name: Producer(self, name, TASKS) for name in ("p1", "p2")[: 1 + random.below(2)]}
        for each in self.producers.values():
            each.connect(self.nodes, 0)
        self.cut = None

    def ran(self, body):
        self.runs[body] = self.runs.get(body, 0) + 1

    def send(self, sender, to, kind, fields):
        frame = bytes(encode(kind, *fields))
        for _ in range(2 if self.faults and self.random.below(10) == 0 else 1):
            if self.faults and self.random.below(100) < self.loss:
                continue
            delay = 10 * (1 + self.random.below(30 if self.faults else 5))
            self.air.append((self.now + delay, sender, to, frame))

    def deliver(self, sender, to, frame):
        if self.cut in (sender, to):
            return
        kind, fields = frames.decode(frame)
        if to in self.nodes:
            ledger = self.nodes[to].ledger
            if kind == wire.POLL:
                ledger.poll(sender, fields, self.now)
            elif kind == wire.TASKS:
                ledger.tasks(sender, fields, self.now)
            elif kind == wire.CANCEL:
                ledger.cancel(sender, fields, self.now)
            return
        link = self.producers[to].links[sender]
        if kind == wire.GRANT:
            link.grant(fields, self.now)
        elif kind == wire.RESULTS:
            link.results(fields, self.now)

    def step(self):
        self.now += 10
        self.faults = self.now < 20000
        if self.faults and self.random.below(400) == 0:
            self.nodes[self.random.choice(("n1", "n2"))].boot()  # a power cut; nobody is told
        if self.random.below(500) == 0:
            self.cut = self.random.choice(("n1", "n2", "p1", None)) if self.faults else None
        due = [each for each in self.air if each[0] <= self.now]
        self.air = [each for each in self.air if each[0] > self.now]
        for _, sender, to, frame in due:
            self.deliver(sender, to, frame)
        for each in self.nodes.values():
            each.step(self.now, self.random)
        for each in self.producers.values():
            each.step(self.now, self.random)

    def done(self):
        return all([each.done() for each in self.producers.values()])


def test_every_element_ends_once_and_nothing_is_left():
    for seed in range(1, WORLDS + 1):
        world = World(seed)
        try:
            while not (world.done() and not world.faults):
                world.step()
                assert world.now < LONGEST, [(p.pending, p.ended) for p in world.producers.values()]
            for _ in range(2000):
                world.step()
            for node in world.nodes.values():
                assert node.ledger.unused() == 0 and node.ledger.held == 0, "credit that nobody gives back"
            for producer in world.producers.values():
                assert all([not link.open for link in producer.links.values()])
            assert not world.air, "an idle cluster is silent"
        except AssertionError:
            print("seed", seed, "at", world.now)
            raise
        yield


def test_without_faults_each_task_runs_once_and_no_producer_goes_beyond_its_credit():
    for seed in range(1, WORLDS // 3 + 1):
        world = World(seed)
        world.loss = 0
        world.now = 20000
        for each in world.producers.values():
            each.links = {}
            each.connect(world.nodes, world.now)
        while not world.done():
            world.step()
            assert world.now < LONGEST, seed
        producers = len(world.producers)
        assert all([count == producers for count in world.runs.values()]), (seed, world.runs)
        assert not any([node.refusals for node in world.nodes.values()]), seed
        yield


assert answers  # it adds RESULTS to what is read
