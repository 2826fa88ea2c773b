"""What a node offers: plain functions, their parameters as their source says them, their numbers on the wire.

    from broccoli import task

    @task
    def add(x, y=0):
        return x + y

    @task
    async def later(x): ...     # may await

    @task
    def count(n):               # gives several values
        for i in range(n):
            yield i
"""

from broccoli.compat import seldom

_found = []  # functions that were decorated since the last look


def task(function=None, name=None, params=None, replayable=False, items=None):
    """Marks a function as a task. `params` ("x y=") and `items` are needed only where there is no source to be read."""

    def mark(f):
        _found.append((f, name or f.__name__, params, replayable, items))
        return f

    return mark if function is None else mark(function)


def source(function=None, **settings):
    """Marks a function that reads a sensor: a feed. Its `settings` are name, every_ms (1000) and policy ("latest", "drop_oldest", "slow"):
    what a subscriber means that is slower.
    """
    return seldom("sources").source(function, **settings)


class Refused(Exception):
    """Ends a task: with why it is given back, or with a name and values for what failures.py says of it."""


class Task:
    # As long as they are so, they take no memory of a task.
    most = least = -1  # arguments; not known
    replayable = False
    version = ""

    def __init__(self, number, name, function, params, replayable, items, module, version=""):
        self.number = number
        self.name = name
        self.function = function
        self.params = params  # "x y=", with = behind those that may be left out; None: not known
        if params is not None:
            self.most = len(params.split())
            self.least = self.most - params.count("=")
        if replayable:
            self.replayable = True
        self.items = items  # whether a generator of it gives items, and is nothing to be awaited
        self.module = module
        if version:
            self.version = version

    def check(self, args, kwargs):
        """Refuses a wrong call before anything of it runs."""
        if self.most >= 0 and (kwargs or not self.least <= len(args) <= self.most):
            from broccoli import arguments

            arguments.check(self, args, kwargs)


class Registry:
    def __init__(self):
        self.by_number = {}
        self.by_name = {}
        self.numbers = 0  # none is used twice in a life

    def load(self, module, version=""):
        """Imports a module and offers what it marks as tasks, or names in a dict TASKS. Raises what its import raises."""
        return seldom("loading").load(self, module, version)

    def remove(self, module):
        seldom("loading").remove(self, module)
