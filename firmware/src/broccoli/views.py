"""Views of feeds: work on readings before they are sent, the same as on JVM nodes. Loaded while somebody subscribes to one.

A view is a list of steps as docs/wire-format.md has it. It listens to its feed as a subscriber does, once for all who subscribe to it.
"""

import sys

from broccoli import expressions, feeds, node

_FOLDS = ("count", "sum", "mean", "min", "max", "first", "last")
_MOST = 16  # steps
_MARK_READINGS = 1024
_MARK_MS = 5000


class ViewFault(Exception):
    kind = "TASK_FAILED"
    type = ""
    step = 0


def _bad(text, step=0, kind="BAD_ARGUMENTS"):
    fault = ViewFault("step %d of the view: %s" % (step, text) if step else text)
    fault.kind = kind
    fault.step = step
    return fault


# ---- before it runs


def check(view):
    """Refuses what is no view, or what this board cannot run; returns the place of its window, or -1."""
    if not isinstance(view, list) or not 0 < len(view) <= _MOST:
        raise _bad("a view is a list of 1 to %d steps" % _MOST)
    window = -1
    for i in range(len(view)):
        try:
            if _check(view[i], window >= 0):
                window = i
        except ValueError as error:
            raise _bad(str(error), i + 1)
    return window


def _check(step, behind):
    """Whether it is a window."""
    if not isinstance(step, list) or len(step) < 2:
        raise ValueError("a step is a list of its kind and what belongs to it")
    kind, what = step[0], step[1]
    if kind == "filter" or kind == "map":
        if isinstance(what, list) and len(step) == 2:
            expressions.check(what, 0, 0, 0)
        else:
            if len(step) > 9:
                raise ValueError("a step has at most 8 functions")
            for each in step[1:]:
                _function(each, 1)
        return False
    if kind == "delta":
        if not expressions.is_number(what) or not what >= 0:
            raise ValueError("delta needs a number that is not negative")
        return False
    if kind not in ("every", "count", "time"):
        raise ValueError("a step is filter, map, every, delta, count or time")
    if behind:
        raise ValueError("behind a window come filter, map and delta only")
    if isinstance(what, bool) or not isinstance(what, int) or not (10 if kind == "time" else 1) <= what < 1 << 31:
        raise ValueError("its size is an integer from %d on" % (10 if kind == "time" else 1))
    if kind == "every":
        return False
    fold = step[2] if len(step) > 2 else None
    if isinstance(fold, list) and len(fold) == 3:
        for i in range(3):
            _function(fold[i], (0, 2, 1)[i])
    elif fold not in _FOLDS:
        raise ValueError("a fold is one of %s, or a list of the functions init, add and finish" % ", ".join(_FOLDS))
    return True


def _function(name, arguments):
    if not isinstance(name, str):
        raise ValueError("a function is named by text")
    task = node.current.registry.by_name.get(name)
    if task is None or name[:5] == "feed:":
        raise ValueError("the node has no function " + name if task is None else name + " is a feed, and no function")
    if task.most >= 0 and not task.least <= arguments <= task.most:
        raise ValueError("%s() takes %d to %d arguments, and a view calls it with %d" % (name, task.least, task.most, arguments))


# ---- at work


class Run:
    """The steps of a view, with what they remember; `passed(sequence, used, taken, value)` hears of results."""

    def __init__(self, view, passed):
        self.window = check(view)
        self.view = view
        self.passed = passed
        self.kept = {}  # step -> what it passed last
        self.tasks = {}  # functions of this pane
        self.open = False
        self.used = 0

    def take(self, sequence, taken, value):
        """A reading, taken at (milliseconds, error)."""
        size = 0
        if self.window >= 0:
            kind, size = self.view[self.window][:2]
            pane = taken[0] // size if kind == "time" else (sequence - 1) // size
            if self.open and pane != self.pane:
                self.close()
        if not self.open:
            self.tasks.clear()
            if size:
                self.open, self.pane, self.count = True, pane, 0
        self.used += 1
        self.sequence, self.taken = sequence, taken
        passes, value = self._steps(0, self.window if size else len(self.view), value)
        if not size:
            if passes:
                self._give(value)
            return
        if passes:
            self._step(self.window, self._fold, value)
        if kind == "count" and sequence % size == 0:
            self.close()

    def tick(self, now):
        """Milliseconds until the pane of time that is open ends; 0 if none is open. Ends one whose time is over."""
        kind, size = self.view[self.window][:2]
        if not self.open or kind != "time":
            return 0
        if now // size <= self.pane:
            return (self.pane + 1) * size - now
        self.close()
        return 0

    def close(self):
        if self.open:
            self.open = False
            if self.count:
                value = self._step(self.window, self._finish, None)
                self.state = None
                passes, value = self._steps(self.window + 1, len(self.view), value)
                if passes:
                    self._give(value)

    def _give(self, value):
        used = self.used
        self.used = 0
        self.passed(self.sequence, used, self.taken, value)

    def _step(self, i, work, value):
        """What a step raises is told with its place."""
        try:
            return work(self.view[i], i, value)
        except ValueError as error:
            raise _bad(str(error), i + 1, "TASK_FAILED")

    def _steps(self, start, end, value):
        for i in range(start, end):
            passes, value = self._step(i, self._pass, value)
            if not passes:
                return False, None
        return True, value

    def _pass(self, step, i, value):
        kind, what = step[0], step[1]
        if kind == "filter" or kind == "map":
            if isinstance(what, list):
                result = expressions.evaluate(what, value, self.taken[0], self.sequence)
            else:
                result = value
                for name in step[1:]:
                    result = self._call(name, result)
            return (True, result) if kind == "map" else (expressions.truth(result, kind), value)
        if kind == "every":
            bucket = (self.sequence - 1) // what
            passes = self.kept.get(i) != bucket
            self.kept[i] = bucket
            return passes, value
        number = float(expressions.number(value, kind))
        before = self.kept.get(i)
        passes = before is None or not abs(number - before) <= what
        if passes:
            self.kept[i] = number
        return passes, value

    def _call(self, name, *args):
        task = self.tasks.get(name)
        if task is None:
            _function(name, len(args))  # its module may be gone, or another version
            task = self.tasks[name] = node.current.registry.by_name[name]
        try:
            value = task.function(*args)
        except Exception as error:
            raise ValueError("%s() failed: %s: %s" % (name, type(error).__name__, error))
        if hasattr(value, "send"):
            value.close()
            raise ValueError(name + "() gives its value later, or several: a view does not wait for them")
        return value

    def _fold(self, step, i, value):
        fold = step[2]
        first = not self.count
        if isinstance(fold, list):
            self.state = self._call(fold[1], self._call(fold[0]) if first else self.state, value)
        elif fold in ("first", "last"):
            if first or fold == "last":
                self.state = value
        elif fold != "count":
            number = expressions.number(value, fold)
            if first:
                self.state = number
            elif fold == "min" or fold == "max":
                if expressions.compute("<" if fold == "min" else ">", number, self.state):
                    self.state = number
            else:
                self.state = expressions.compute("+", self.state, number)
        self.count += 1

    def _finish(self, step, i, value):
        fold = step[2]
        if isinstance(fold, list):
            return self._call(fold[2], self.state)
        return self.count if fold == "count" else float(self.state) / self.count if fold == "mean" else self.state


class View(feeds.Feed):
    """A view of a feed: to the feed a subscriber, to its subscribers a feed."""

    def __init__(self, key, base, view):
        self.key = key
        self.base = base
        self.run = Run(view, self._passed)
        self.number = self.marked = base.number  # the last reading of the newest result, and that of which somebody heard
        self.marked_ms = None
        self.epoch = base.epoch
        self.every = base.every
        self.keep = base.keep
        self.subscribers = []

    def look(self):
        wait = self.base.look()
        if self.run.open and self.run.view[self.run.window][0] == "time":
            try:
                wait = min(wait, self.run.tick(feeds.clock()[0]) or wait)
            except Exception as error:
                self.fail(error)
        return wait

    def left(self):
        """Nobody is left, or nothing more comes."""
        self.base.leave(self)
        if feeds._feeds.get(self.key) is self:
            del feeds._feeds[self.key]
        unload()

    # ---- as its feed sees it

    @property
    def waiting(self):
        return any([each.waiting for each in self.subscribers])

    @property
    def room(self):
        return all([each.room for each in self.subscribers])

    def offer(self, number, taken, value, used=1):
        try:
            self.run.take(number, taken, value)
        except Exception as error:
            self.fail(error)
            return
        if self.marked_ms is None:
            self.marked_ms = taken[0]
        if number - self.marked >= _MARK_READINGS or taken[0] - self.marked_ms >= _MARK_MS:
            self.marked, self.marked_ms = number, taken[0]
            for each in self.subscribers:
                if each.room and not each.waiting:
                    each.offer(0, taken, None, 0)

    def fail(self, error):
        """Behind what its last pane gives, if that can be worked out."""
        if not isinstance(error, ViewFault):
            try:
                self.run.close()
            except Exception as other:
                error = other
        for each in self.subscribers:
            each.fail(error)
        self.left()

    def _passed(self, sequence, used, taken, value):
        self.number = self.marked = sequence
        self.marked_ms = taken[0]
        for each in self.subscribers:
            each.offer(sequence, taken, value, used)


def unload():
    """Where there is no view, the memory of this module is free when who called has returned."""
    if not any([isinstance(each, View) for each in feeds._feeds.values()]):
        for name in ("views", "expressions"):
            sys.modules.pop("broccoli." + name, None)
            if hasattr(sys.modules["broccoli"], name):
                delattr(sys.modules["broccoli"], name)
