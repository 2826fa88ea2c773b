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

import sys

from broccoli.compat import seldom

_found = []  # functions that were decorated since the last look


def task(function=None, name=None, params=None, replayable=False, items=None):
    """Marks a function as a task. `params` ("x y=") and `items` are needed only where there is no source to be read."""

    def mark(f):
        _found.append((f, name or f.__name__, params, replayable, items))
        return f

    return mark if function is None else mark(function)


def source(function=None, name=None, every_ms=1000, policy="latest"):
    """Marks a function that reads a sensor: a feed. `policy` is what a subscriber means that is slower: latest, drop_oldest or slow."""
    if policy not in ("latest", "drop_oldest", "slow"):
        raise ValueError("a policy is latest, drop_oldest or slow, and not " + str(policy))

    def mark(read):
        feed = "feed:" + (name or read.__name__)

        def subscribe(epoch=0, sequence=0):
            from broccoli import feeds

            return feeds.subscribe(feed, read, every_ms, policy, epoch, sequence)

        _found.append((subscribe, feed, "epoch= sequence=", False, True))
        return read

    return mark if function is None else mark(function)


class BadArguments(Exception):
    pass


class Task:
    def __init__(self, number, name, function, params, replayable, items, module, version=""):
        self.number = number
        self.name = name
        self.function = function
        self.params = params  # names, with = behind those that may be left out; None: not known
        self.replayable = replayable
        self.items = items  # whether a generator of it gives items, and is nothing to be awaited
        self.module = module
        self.version = version

    def check(self, args, kwargs):
        """Binds as Python does, so that a wrong call is told from an error inside of the function."""
        params = self.params
        if params is None:
            return
        names = [each.rstrip("=") for each in params]
        count = len(names)
        if len(args) > count:
            raise BadArguments("%s() takes %d arguments but %d were given" % (self.name, count, len(args)))
        for key in kwargs or ():
            if key not in names:
                raise BadArguments("%s() has no parameter '%s'" % (self.name, key))
            if names.index(key) < len(args):
                raise BadArguments("%s() got the argument '%s' twice" % (self.name, key))
        for i in range(len(args), count):
            if params[i][-1] != "=" and not (kwargs and names[i] in kwargs):
                raise BadArguments("%s() is missing the argument '%s'" % (self.name, names[i]))


class Registry:
    def __init__(self):
        self.by_number = {}
        self.by_name = {}
        self.numbers = 0  # none is used twice in a life

    def load(self, module_name, version=""):
        """Imports a module and offers what it marks as tasks, or names in a dict TASKS. Raises what its import raises."""
        return seldom("loading").load(self, module_name, version)

    def add(self, new):
        old = self.by_name.get(new.name)
        if old:
            del self.by_number[old.number]
        self.by_name[new.name] = new
        self.by_number[new.number] = new

    def remove(self, module_name):
        for each in list(self.by_number.values()):
            if each.module == module_name:
                del self.by_number[each.number]
                del self.by_name[each.name]
        sys.modules.pop(module_name, None)
