"""Takes the tasks of a module into the registry. What parameters a function has is read from its source: MicroPython does not keep them."""

import sys

from broccoli.tasks import Task, _found


def load(registry, module_name, version):
    del _found[:]
    sys.modules.pop(module_name, None)
    __import__(module_name)
    module = sys.modules[module_name]
    found = _found[:]
    for name, f in getattr(module, "TASKS", {}).items():
        found.append((f, name, None, False, None))
    if not found:
        raise ValueError("it has no tasks")
    source = signatures(getattr(module, "__file__", None))
    older = [each for each in registry.by_number.values() if each.module == module_name]
    newer = []
    for f, name, params, replayable, items in found:
        other = registry.by_name.get(name)
        if other and other.module != module_name and (other.version or other.module == "deploy"):
            raise ValueError("the module %s has a task %s already" % (other.module, name))
        known = source.get(f.__name__)
        if params is not None:
            params = params.split()
        elif known:
            params = known[0]
        if items is None:
            items = not (known and known[1])
        registry.numbers += 1
        newer.append(Task(registry.numbers, name, f, params, replayable, items, module_name, version))
    for each in newer:
        registry.add(each)
    for each in older:  # what the new version does not have any more
        if registry.by_number.pop(each.number, None):
            del registry.by_name[each.name]
    return [each[1] for each in found]


def signatures(path):
    """Reads the heads of a source file's functions: name -> ([parameters], whether it is async)."""
    found = {}
    if not path or not path.endswith(".py"):
        return found
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
                    found[name] = _parameters(text), text[0] == "a"
                    text = None
    except OSError:
        pass
    return found


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
                return None  # anything goes
            if name and name != "/":
                params.append(name + ("=" if "=" in part else ""))
            part = ""
            if depth < 0:
                break
        else:
            part += c
    return params
