"""Sources: sensors whose samples are items that do not end. Loaded when the first one is subscribed to.

A sample is [its number, ticks in milliseconds when it was taken, value]. Each subscription numbers its own samples from 1 on, so that a gap
in the numbers is what was lost because nobody took it.
"""

from broccoli.compat import ticks_add, ticks_diff, ticks_ms

LATEST = "latest"  # a new sample takes the place of one that was not taken
DROP_OLDEST = "drop_oldest"  # up to KEEP samples wait
SLOW = "slow"  # no sample is taken before there is room for it
KEEP = 8


class Feed:
    """An iterator that knows when its next sample is due."""

    def __init__(self, read, every_ms, policy):
        if policy not in (LATEST, DROP_OLDEST, SLOW):
            raise ValueError("a policy is latest, drop_oldest or slow, and not " + str(policy))
        self.read = read
        self.every = max(1, int(every_ms))
        self.policy = policy
        self.number = 0
        self.due = ticks_ms()
        self.waiting = []

    def __next__(self):
        return self.waiting.pop(0)

    def send(self, value):
        """It is driven as a generator is."""
        return self.__next__()

    def close(self):
        self.waiting = []

    def sample(self, room):
        """Takes a sample if it is time, and returns how many milliseconds the next one is away."""
        now = ticks_ms()
        if ticks_diff(now, self.due) >= 0 and (room or self.policy != SLOW):
            self.number += 1
            self.waiting.append([self.number, now, self.read()])
            if len(self.waiting) > (KEEP if self.policy == DROP_OLDEST else 1):
                self.waiting.pop(0)
            self.due = ticks_add(self.due, self.every)
            if ticks_diff(now, self.due) > 0:
                self.due = ticks_add(now, self.every)  # it came too late for that one
        return max(1, ticks_diff(self.due, now))
