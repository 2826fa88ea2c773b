"""Expressions of views, in postfix order as docs/wire-format.md has it. Loaded and left with views.py. What does not fit is a ValueError."""

_OPERANDS = {"value": 0, "time": 0, "sequence": 0, "neg": 1, "not": 1}
_BINARY = ("+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=")
_MOST = 16  # operands that wait
_ELEMENTS = 64
_TEXT = 64


def check(elements, start, level, count):
    """Returns how many elements it has with those before it."""
    if len(elements) <= start or level > 8:
        raise ValueError("an expression is a list that is not empty, of at most 8 levels")
    depth = 0
    for i in range(start, len(elements)):
        each = elements[i]
        count += 1
        if count > _ELEMENTS:
            raise ValueError("an expression has at most %d elements" % _ELEMENTS)
        takes = 0
        if isinstance(each, list):
            if not each or each[0] not in ("and", "or"):
                raise ValueError("a list in an expression begins with 'and' or 'or'")
            count = check(each, 1, level + 1, count)
            takes = 1
        elif isinstance(each, str):
            takes = _OPERANDS.get(each, 2 if each in _BINARY else 1 if each[:1] == "." else 0)
            if each not in _OPERANDS and each not in _BINARY and (each[:1] not in ("'", ".") or len(each) > _TEXT + 1):
                raise ValueError("an expression knows no " + each[:_TEXT])
        elif each is not None and not isinstance(each, (bool, int, float)):
            raise ValueError("an element of an expression is a number, true, false, null, a name or an operator")
        if takes > depth:
            raise ValueError("an operator lacks an operand")
        depth += 1 - takes
        if depth > _MOST:
            raise ValueError("at most %d operands wait in an expression" % _MOST)
    if depth != 1:
        raise ValueError("an expression gives one value, not %d" % depth)
    return count


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def described(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if is_number(value):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, (list, tuple)) else "a map" if isinstance(value, dict) else "bytes"


def number(value, where):
    if not is_number(value):
        raise ValueError("'%s' needs a number, and not %s" % (where, described(value)))
    return value if isinstance(value, float) or _fits(value) else float(value)


def _fits(value):
    return -(1 << 63) <= value < 1 << 63


def truth(value, where):
    if value is not True and value is not False:
        raise ValueError("'%s' needs true or false, and not %s" % (where, described(value)))
    return value


def compute(op, a, b):
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
    if op == "<":
        return a < b
    if op == "<=":
        return a <= b
    if op == ">":
        return a > b
    if op == ">=":
        return a >= b
    if op == "/" or op == "%":
        if b == 0:
            raise ValueError("a division by zero")
        return float(a) / float(b) if op == "/" else a % b
    result = a + b if op == "+" else a - b if op == "-" else a * b
    if isinstance(result, float) or _fits(result):
        return result
    return compute(op, float(a), float(b))


def _equal(a, b):
    if is_number(a) and is_number(b):
        a, b = number(a, ""), number(b, "")
        return float(a) == float(b) if isinstance(a, float) or isinstance(b, float) else a == b
    return (a is None or isinstance(a, (str, bool))) and type(a) is type(b) and a == b


def evaluate(elements, value, time, sequence, start=0):
    stack = []
    for i in range(start, len(elements)):
        each = elements[i]
        if isinstance(each, list):
            left = truth(stack.pop(), each[0])
            if left == (each[0] == "and"):
                left = truth(evaluate(each, value, time, sequence, 1), each[0])
            stack.append(left)
        elif not isinstance(each, str):
            stack.append(each)
        elif each == "value":
            stack.append(value)
        elif each == "time":
            stack.append(time)
        elif each == "sequence":
            stack.append(sequence)
        elif each[0] == "'":
            stack.append(each[1:])
        elif each[0] == ".":
            of = stack.pop()
            if not isinstance(of, dict):
                raise ValueError("'%s' needs a map, and not %s" % (each, described(of)))
            stack.append(of.get(each[1:]))
        elif each == "not":
            stack.append(not truth(stack.pop(), each))
        elif each == "neg":
            a = number(stack.pop(), each)
            stack.append(-a if isinstance(a, float) else compute("-", 0, a))
        else:
            b = stack.pop()
            a = stack.pop()
            if each == "==" or each == "!=":
                stack.append(_equal(a, b) == (each == "=="))
            else:
                stack.append(compute(each, number(a, each), number(b, each)))
    result = stack[0]
    return number(result, "") if is_number(result) else result
