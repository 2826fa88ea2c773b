"""Takes the tasks of a module into the registry. What parameters a function has is read from its source: MicroPython does not keep them."""

import sys

from broccoli.tasks import Task, _found


def load(registry, module_name, version):
    del _found[:]
    sys.modules.pop(module_name, None)
    try:
        __import__(module_name)
        found = _found[:]
    finally:
        del _found[:]  # else what was removed, or could not be imported, stays in memory
    module = sys.modules[module_name]
    for name, f in getattr(module, "TASKS", {}).items():
        if not callable(f):
            raise TypeError("the task %s is no function" % name)
        found.append((f, name, None, False, None))
    if not found:
        raise ValueError("it has no tasks")
    take(registry, found, module_name, version, getattr(module, "__file__", None))
    return [each[1] for each in found]


def take(registry, found, module_name, version, path=None):
    """Takes in (function, name, parameters, replayable, items) of each task, in the place of those that the module had."""
    known = [(None, False)] * len(found)
    for name, *said in signatures(path):
        for i in range(len(found)):
            if found[i][0].__name__ == name:
                known[i] = said
    by_number, by_name = dict(registry.by_number), dict(registry.by_name)
    names = []
    for each in registry.by_number.values():
        if each.module == module_name:
            del by_number[each.number], by_name[each.name]
            names.append(each.name)
    for (f, name, params, replayable, items), (read, is_async) in zip(found, known):
        if params is None:
            params = read
        if items is None:
            items = not is_async
        registry.numbers += 1
        older = by_name.get(name)
        if older:
            if older.module != module_name and (older.version or older.module == "broccoli.deploy"):
                raise ValueError("the module %s has a task %s already" % (older.module, name))
            del by_number[older.number]
            names.append(name)
        by_name[name] = by_number[registry.numbers] = Task(registry.numbers, name, f, params, replayable, items, module_name, version)
    registry.by_number, registry.by_name = by_number, by_name  # all of it, or nothing where memory was short
    end(names)


def end(names):
    """Whoever listens to a source that is gone is told."""
    feeds = sys.modules.get("broccoli.feeds")
    if feeds and names:
        feeds.end(names)


def remove(registry, module):
    names = [each for each in registry.by_number.values() if each.module == module]
    for each in names:
        del registry.by_number[each.number]
        del registry.by_name[each.name]
    end([each.name for each in names])
    sys.modules.pop(module, None)


def signatures(path):
    """Reads the heads of a source file's functions: (name, parameters or None if anything goes, whether it is async)."""
    if not path or not path.endswith(".py"):
        return
    try:
        with open(path) as source:
            text = None
            for line in source:
                if text is None:
                    if line[:4] == "def " or line[:10] == "async def ":
                        text = ""
                    else:
                        continue
                text += line
                if _closed(text):
                    name = text[text.index("def ") + 4 : text.index("(")].strip()
                    yield name, _parameters(text), text[0] == "a"
                    text = None
    except OSError:
        pass


def _closed(text):
    return text.count("(") == text.count(")") and ":" in text


def _parameters(text):
    params = []
    depth = 0
    part = ""
    for c in text[text.index("(") + 1 :]:
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if c == "," and depth == 0 or depth < 0:
            name = part.split("=")[0].split(":")[0].strip()
            if name and name[0] == "*":
                return None
            if name and name != "/":
                params.append(name + ("=" if "=" in part else ""))
            part = ""
            if depth < 0:
                break
        else:
            part += c
    return " ".join(params)
