"""Binds arguments as Python does, so that a wrong call is told from an error inside of the function. Loaded with the first call that is
wrong, or gives arguments by name.
"""

from broccoli.tasks import Refused


def check(task, args, kwargs):
    params = task.params.split()
    names = [each.rstrip("=") for each in params]
    count = len(names)
    if len(args) > count:
        raise Refused("many", task.name, count, len(args))
    for key in kwargs or ():
        if key not in names:
            raise Refused("name", task.name, key)
        if names.index(key) < len(args):
            raise Refused("twice", task.name, key)
    for i in range(len(args), count):
        if params[i][-1] != "=" and not (kwargs and names[i] in kwargs):
            raise Refused("missing", task.name, names[i])
