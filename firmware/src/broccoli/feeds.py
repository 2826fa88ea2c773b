"""Sources: sensors that are feeds to whoever subscribes. Loaded when the first one does.

A sample is [epoch of the board, its number, how many were missed before it, when it was taken, value, error of that time = 0, readings that
it stands for = 1]. All subscribers of a source share its readings; each has its own credit, and is told how many it missed.
"""

from random import getrandbits
from time import gmtime, time_ns

from broccoli import node
from broccoli.compat import port, since, ticks_add, ticks_ms
from broccoli.msgpack import packb

_KEEP = 8  # samples that wait for a subscriber, with drop_oldest
MOST = 8  # subscribers of a board

_TICK = 4000  # ms, of the ledger
_LIFE = (1 << 24) - 1  # the part of a link's epoch that counts the ticks of this life

_feeds = {}  # name -> Feed, and (name, view) -> View; a new version of its module goes on with the numbers


class TooMany(Exception):
    kind = "TOO_MANY_SUBSCRIBERS"
    type = ""


def subscribe(name, read, every_ms, policy, epoch, sequence, view=None):
    """A new subscriber, who has the sample of that number already."""
    if sum([isinstance(each, Subscriber) for feed in _feeds.values() for each in feed.subscribers]) >= MOST:
        raise TooMany("The board serves %d subscribers, as many as it may" % MOST)
    feed = _feeds.get(name)
    if feed is None:
        feed = _feeds[name] = Feed()
    feed.read = read
    feed.every = max(1, int(every_ms))
    feed.slow = policy == "slow"
    feed.keep = _KEEP if policy == "drop_oldest" else 1
    feed.live()
    if view is not None:
        key = name, bytes(packb(view))
        found = _feeds.get(key)
        if found is None or found.epoch != feed.epoch:
            from broccoli import views

            try:
                found = _feeds[key] = views.View(key, feed, view)
            except Exception:
                views.unload()
                raise
            feed.join(found)
        feed = found
    return feed.subscribe(epoch, sequence)


class Replaced(Exception):
    kind = "UNKNOWN_TASK"  # whoever listens asks again, if there is a newer one
    type = ""


def end(names):
    """The sources of these names are gone, or others took their place, which go on with their numbers."""
    for name in names:
        feed = _feeds.get(name)
        if feed:
            ended, feed.subscribers = feed.subscribers, []
            feed.left()
            for each in ended:
                each.fail(Replaced("The source was replaced or removed"))


def clock():
    """Milliseconds since 1970 and their error, 0 if it is not known; where nobody set a clock, since the board's start and -1."""
    if gmtime()[0] < 2024:
        return _uptime(), -1
    error = getattr(port, "clock_error", None)
    now = time_ns() // 1000000 + (946684800000 if gmtime(0)[0] == 2000 else 0)
    return now, error() if error else 0


def _uptime():
    ledger = getattr(node.current, "ledger", None)
    return uptime_ms(ledger, ticks_ms()) if ledger else ticks_ms()


def uptime_ms(ledger, now):
    """Ticks in milliseconds begin again after twelve days; those of the ledger do not."""
    return ((ledger.newest & _LIFE) - 1) * _TICK + since(ledger.ticked, now)


class Feed:
    def __init__(self):
        self.read = None
        self.life = self.epoch = self.number = 0
        self.subscribers = []

    def live(self):
        if self.life != node.current.epoch:
            self.life = node.current.epoch
            # a boot counter that was lost with the flash counts some lives twice: chance tells them apart
            self.epoch = (self.life << 16) + getrandbits(16)
            self.number = 0

    def join(self, subscriber):
        if not self.subscribers:
            self.turn, self.wait = ticks_ms(), 0
        self.subscribers.append(subscriber)

    def leave(self, subscriber):
        if subscriber in self.subscribers:
            self.subscribers.remove(subscriber)
            if not self.subscribers:
                self.left()

    def left(self):
        self.read = None  # the next one brings it

    def subscribe(self, epoch, sequence):
        # of a later life it has nothing: whatever was given so far is missed
        subscriber = Subscriber(self, self.number if not epoch else sequence if epoch == self.epoch else 0)
        self.join(subscriber)
        return subscriber

    def look(self):
        """Reads if it is time, and returns how many milliseconds the next time is away."""
        now = ticks_ms()
        passed = since(self.turn, now)
        if passed < self.wait:
            return self.wait - passed
        if self.slow:
            for each in self.subscribers:
                if each.waiting or not each.room:
                    return self.every
        try:
            value = self.read()
        except Exception as error:  # all subscribers hear of it, behind what waits for them
            failed, self.subscribers = self.subscribers, []
            for each in failed:
                each.fail(error)
            return self.every
        # its turns are equally far apart, unless it came too late for the next one
        self.turn = ticks_add(self.turn, self.wait) if passed < self.wait + self.every else now
        self.wait = self.every
        if value is not None:
            self.number += 1
            taken = clock()
            for each in self.subscribers[:]:  # a view that fails leaves
                each.offer(self.number, taken, value)
        return max(1, self.every - since(self.turn, now))


class Subscriber:
    """It is driven as a generator is."""

    def __init__(self, feed, last):
        self.feed = feed
        self.last = last  # the number of the sample that it has, or is on its way
        self.waiting = []
        self.room = False
        self.event = None  # wakes who sends its samples
        self.error = None  # with which the source failed

    def sample(self, room):
        self.room = room
        return self.feed.look() if self.error is None else self.feed.every

    def ready(self):
        return self.waiting or self.error is not None

    def fail(self, error):
        self.error = error
        if self.event:
            self.event.set()

    def offer(self, number, taken, value, used=1):
        if number > self.last or not used:  # a mark has no number
            self.waiting.append((number, taken, value, used))
            if len(self.waiting) > self.feed.keep:
                self.waiting.pop(0)
            if self.event:
                self.event.set()

    def send(self, nothing):
        if not self.waiting:
            raise self.error
        number, (taken, error), value, used = self.waiting.pop(0)
        missed = 0
        if used:
            used = min(used, number - self.last)  # of a pane whose beginning it has, the rest
            missed = number - self.last - used
            self.last = number
        sample = [self.feed.epoch, self.last, missed, taken, value]
        if used != 1 or error:
            sample.append(error)
        if used != 1:
            sample.append(used)
        return sample

    def close(self):
        self.waiting = []
        self.feed.leave(self)
