"""How places are dealt and taken away, as golden/places.json has it: the ledgers of JVM nodes and of boards do the same."""

from broccoli import wire
from broccoli.ledger import Ledger
from support import golden


class Job:
    items = None
    placed = True
    started = True

    def __init__(self, account, seq):
        self.account = account
        self.seq = seq


class Case:
    """Steps: `open` a link of a weight, `want` so much, send `tasks`, some are `done`, all credit is given back (`void`), tasks of the link
    that was fenced last come (`late`), its producer begins another `life` or says `bye`, milliseconds pass (`beat`). Then `is` has
    the unused credit and the places held of each producer with a link, by name, and how often a link was fenced.
    """

    def __init__(self, capacity, most_weight):
        self.ledger = Ledger(3, capacity, self, most_weight=most_weight)
        self.capacity = capacity
        self.now = self.ctl = 0
        self.weights = {}
        self.lives = {}
        self.former = {}
        self.jobs = []

    def control(self, to, kind, *fields):
        if kind == wire.GRANT:
            known = self.former.get(to, (0, 0))
            if fields[1] != known[1]:
                self.former[to] = known[1], fields[1]

    def accept(self, account, seq, task_id, body):
        self.jobs.append(Job(account, seq))
        return self.jobs[-1]

    def withdraw(self, job, stop):
        return False

    def answers_ready(self, account):
        pass

    def poll(self, who, want, opens=False):
        self.ctl += 1
        account = self.ledger.accounts.get(who)
        epoch = account.link_epoch if account and not opens else 0
        self.ledger.poll(who, [self.lives[who], epoch, self.ctl, want, 2048, 0, [], [], self.weights[who]], self.now)

    def step(self, what, *arguments):
        getattr(self, what)(*arguments)

    def open(self, who, weight):
        self.weights[who] = weight
        self.lives[who] = self.lives.get(who, 0) + 1
        self.poll(who, 0, True)
        self.poll(who, 0)

    def want(self, who, tasks):
        self.poll(who, tasks)

    def tasks(self, who, count):
        account = self.ledger.accounts[who]
        self._tasks(who, account.link_epoch, account.seen.ranges[0] + 1, count)

    def _tasks(self, who, epoch, first, count):
        self.ctl += 1
        bodies = [b"\x91\x01"] * count
        self.ledger.tasks(who, [self.lives[who], epoch, self.ctl, self.capacity, first, 100, bodies], self.now)

    def done(self, who, count):
        for job in [each for each in self.jobs if each.account.producer == who][:count]:
            self.jobs.remove(job)
            self.ledger.finished(job, wire.SUCCESS, b"\x07")
        self.ledger.deal()
        if who in self.ledger.accounts:
            self.ledger.results(self.ledger.accounts[who], 1 << 16)

    def void(self, who, want):
        self.ctl += 1
        account = self.ledger.accounts[who]
        ranges = [0, account.seen.ranges[0] + 1, 1 << 20]
        self.ledger.cancel(who, [self.lives[who], account.link_epoch, self.ctl, want, ranges], self.now)
        self.ledger.results(account, 1 << 16)

    def late(self, who):
        self._tasks(who, self.former[who][0], 1, 1)

    def life(self, who):
        self.open(who, self.weights[who])

    def bye(self, who):
        self.ledger.bye(who, self.lives[who])

    def beat(self, millis):
        self.now += millis
        self.ledger.beat(self.now)

    def found(self):
        accounts = self.ledger.accounts
        return [{each: [accounts[each].unused(), accounts[each].share.held] for each in sorted(accounts)}, self.ledger.fences]


def test_places_are_dealt_and_taken_away_as_on_other_nodes():
    for case in golden("places"):
        run = Case(case["capacity"], case["maxWeight"])
        for i, step in enumerate(case["steps"]):
            if step[0] == "is":
                assert run.found() == step[1:], (case["name"], i, run.found())
            else:
                run.step(*step)
        yield
