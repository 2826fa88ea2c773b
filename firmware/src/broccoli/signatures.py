"""Reads what a function's parameters are from its source: MicroPython does not keep them."""


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
