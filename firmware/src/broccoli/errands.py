"""What a board has others do: one call, or one chain, until its outcome."""

import asyncio

from broccoli.compat import ticks_ms


class TaskError(Exception):
    """`kind` is that of the failure, `type` the class name of the exception that a task ended with, as far as there was one."""

    def __init__(self, kind, message, trace="", type=""):
        super().__init__(kind + ": " + message)
        self.kind = kind
        self.trace = trace
        self.type = type


class Errand:
    def __init__(self, steps, on, parent, timeout=0):
        self.steps = steps
        self.on = on
        self.timeout = timeout
        self.parent = parent
        self.depth = parent.depth + 1 if parent else 0
        self.attempt = 1
        self.placed = False  # it has one of the places that there are
        self.id = 0
        self.done = asyncio.Event()
        self.status = None
        self.payload = None
        self.peer = None
        self.seq = 0
        self.since = self.began = ticks_ms()
