"""What is said of a task that did not succeed. Loaded with the first one, and kept: a heap that is in pieces has no room to load it for
each.
"""

import sys
from io import StringIO

from broccoli import wire
from broccoli.msgpack import Malformed, Unencodable, packb
from broccoli.tasks import Refused

_WHY = {
    "many": ("BAD_ARGUMENTS", "%s() takes %d arguments but %d were given"),
    "name": ("BAD_ARGUMENTS", "%s() has no parameter '%s'"),
    "twice": ("BAD_ARGUMENTS", "%s() got the argument '%s' twice"),
    "missing": ("BAD_ARGUMENTS", "%s() is missing the argument '%s'"),
    "list": ("BAD_ARGUMENTS", "item %d is no list of arguments"),
    "suspect": ("TASK_FAILED", "The task ran when the watchdog of this board, a crash or too little power reset it; it is not run again"),
    "depth": ("NESTING_EXHAUSTED", "A task at depth %d; at most %d on this node"),
    "room": ("TOO_LARGE", "The result takes %d bytes, at most %d can be sent"),
    "values": ("BAD_ARGUMENTS", "%s gives several values, and one is asked for: use flatMap or stream"),
    "part": ("BAD_ARGUMENTS", "%s gives several values, which only the last step of a chain can, and no part of a chunk"),
}


def failed(error, step):
    """Status and payload of what ended with this exception; `step` is that of a chain, else 0."""
    status = wire.FAILURE
    text = name = ""
    if isinstance(error, Refused):
        why = error.args[0]
        if isinstance(why, int):
            return wire.RETURNED, bytes((why,))
        kind, message = _WHY[why]
        message = message % error.args[1:]
        if kind == "BAD_ARGUMENTS":
            status = wire.BAD_ARGUMENTS
    elif isinstance(error, Malformed):
        status, kind, message = wire.BAD_ARGUMENTS, "BAD_ARGUMENTS", str(error)
    elif isinstance(error, Unencodable):
        kind, message = "UNENCODABLE", str(error)
    else:
        kind, message, text = getattr(error, "kind", "TASK_FAILED"), str(error), trace(error)
        step = getattr(error, "step", step)  # of a view
        if kind == "BAD_ARGUMENTS":
            status = wire.BAD_ARGUMENTS
        name = getattr(error, "type", type(error).__name__)  # of a call that failed elsewhere, what failed there
        if type(error) is not Exception or not message:
            message = type(error).__name__ + (": " + message if message else "")
    return status, packb([kind, message[:1000], text, step, name] if name else [kind, message[:1000], text, step])


def trace(error):
    """The traceback of an exception as text, its end if it is long."""
    try:
        text = StringIO()
        if hasattr(sys, "print_exception"):
            sys.print_exception(error, text)
        else:
            from traceback import print_exception

            print_exception(error, file=text)
        return text.getvalue()[-1000:]
    except MemoryError:
        return ""
