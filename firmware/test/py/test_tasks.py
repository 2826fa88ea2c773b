"""What a file of tasks is read as, how calls are bound, how items are kept until they are there."""

import sys

from broccoli import items, msgpack, tasks, wire
from broccoli.errands import TaskError
from broccoli.failures import failed
from broccoli.items import Items
from broccoli.loading import signatures
from broccoli.msgpack import packb, unpack
from broccoli.status import infos
from broccoli.tasks import Refused, Registry, Task
from support import raises

SOURCE = '''
from broccoli import task

LIMIT = 3


def helper(a): return (a, LIMIT)


@task
def one(x, y=(1, 2), z: int = 3) -> int: return (x)


@task(replayable=True)
def many(
    first,
    second={"a": [1, 2]},
):
    yield first
    yield second


@task
async def later(): pass


@task
def anything(*args, **kwargs): pass


TASKS = {"twice": lambda x: 2 * x}
'''
FOLDER = "/flash" if sys.platform == "webassembly" else "/tmp"


def written(name, text):
    with open(FOLDER + "/" + name + ".py", "w") as file:
        file.write(text)
    if FOLDER not in sys.path:
        sys.path.append(FOLDER)


def test_parameters_are_read_from_the_source():
    written("plain_tasks", SOURCE)
    found = {each[0]: each[1:] for each in signatures(FOLDER + "/plain_tasks.py")}
    assert found["one"] == ("x y= z=", False), found
    assert found["many"] == ("first second=", False)
    assert found["later"] == ("", True)
    assert found["anything"] == (None, False)
    assert list(signatures("/there/is/none.py")) == []


def test_a_module_offers_what_it_marks_and_names():
    written("plain_tasks", SOURCE)
    registry = Registry()
    registry.load("plain_tasks", "7")
    known = {each[1]: each for each in infos(registry)}
    assert sorted(known) == ["anything", "later", "many", "one", "twice"]
    assert known["one"][2:] == ("7", ["x", ("y",), ("z",)], False)
    assert known["many"][4] is True
    numbers = [each[0] for each in infos(registry)]
    registry.load("plain_tasks", "8")
    assert not set(numbers) & set([each[0] for each in infos(registry)])  # no number is used twice
    registry.remove("plain_tasks")
    assert list(infos(registry)) == []


def test_a_newer_version_that_finds_no_memory_changes_nothing():
    written("short_tasks", SOURCE)
    registry = Registry()
    registry.load("short_tasks", "7")
    before = list(infos(registry))
    made = []

    class Short(Task):
        def __init__(self, *args):
            made.append(1)
            if len(made) == 3:
                raise MemoryError
            super().__init__(*args)

    tasks.Task = Short
    try:
        raises(MemoryError, registry.load, "short_tasks", "8")
    finally:
        tasks.Task = Task
    assert list(infos(registry)) == before and len(made) == 3
    registry.load("short_tasks", "9")
    assert [each[2] for each in infos(registry)] == ["9"] * 5


def test_a_module_that_is_deployed_does_not_take_the_tasks_of_another_one():
    registry = Registry()
    written("first", "TASKS = {'water': lambda: 1, 'sow': lambda: 1}")
    registry.load("first", "1")
    known = list(infos(registry))
    written("second", "TASKS = {'weed': lambda: 2, 'water': lambda: 2}")
    assert "the module first has a task water already" in str(raises(ValueError, registry.load, "second", "1"))
    assert list(infos(registry)) == known
    written("third", "TASKS = {'weed': lambda: 2, 'dig': 3}")
    raises(TypeError, registry.load, "third", "1")
    assert list(infos(registry)) == known
    written("came_with_it", "TASKS = {'mow': lambda: 1}")
    registry.load("came_with_it")
    written("fourth", "TASKS = {'mow': lambda: 2}")
    assert registry.load("fourth", "1") == ["mow"] and registry.by_name["mow"].module == "fourth"


def test_wrong_calls_are_told_before_anything_runs():
    one = Task(1, "one", None, "x y=", False, True, "m")
    for args, kwargs in (([1], None), ([1, 2], None), ([], {"x": 1}), ([1], {"y": 2})):
        one.check(args, kwargs)
    for args, kwargs, said in (
        ([], None, "missing the argument 'x'"),
        ([1, 2, 3], None, "takes 2 arguments but 3"),
        ([1], {"x": 1}, "'x' twice"),
        ([1], {"q": 1}, "no parameter 'q'"),
    ):
        status, payload = failed(raises(Refused, one.check, args, kwargs), 0)
        assert status == wire.BAD_ARGUMENTS and said in unpack(payload)[1]


class Refusing(Exception):
    kind = "TOO_LARGE"
    type = ""


def test_a_failure_carries_the_class_name_of_its_exception_and_the_others_none():
    def told(error, step=0):
        status, payload = failed(raises(type(error), throw, error), step)
        assert status == wire.FAILURE
        return unpack(payload)

    assert told(ValueError("no")) == ["TASK_FAILED", "ValueError: no", told(ValueError("no"))[2], 0, "ValueError"]
    assert told(Exception("plain"), 2)[1] == "plain" and told(Exception("plain"), 2)[3:] == [2, "Exception"]
    assert told(TaskError("NODE_LOST", "gone", "", "KeyError"))[4] == "KeyError", "what failed at the other node"
    assert len(told(TaskError("NODE_LOST", "gone"))) == 4
    assert len(told(Refusing("much"))) == len(told(Refused("depth", 9, 8))) == 4


def throw(error):
    raise error


def test_a_board_of_single_precision_writes_short_floats():
    before = msgpack.FLOAT
    msgpack.FLOAT = ">f"
    try:
        assert packb(0.25) == b"\xca\x3e\x80\x00\x00"
        assert abs(unpack(packb(3.14159265)) - 3.14159265) < 1e-5
    finally:
        msgpack.FLOAT = before


def numbers(n):
    for i in range(1, n + 1):
        yield i


def test_items_are_kept_until_they_are_confirmed_and_sent_again_when_they_are_late():
    now = [1000]
    before = items.ticks_ms
    items.ticks_ms = lambda: now[0]
    try:
        stream = Items(numbers(5), False, 3, 0, 100)
        while stream.room() > 0:
            stream.produce()
        assert stream.take(7, 1000) == (7, 1, [b"\x01", b"\x02", b"\x03"], False)
        assert stream.take(7, 1000) is None
        stream.heard(1, 5)
        assert stream.take(7, 1000) is None  # not late yet
        now[0] += 1000
        stream.heard(1, 5)
        assert stream.take(7, 1000) == (7, 2, [b"\x02", b"\x03"], False)
        while stream.room() > 0:
            stream.produce()
        assert stream.take(7, 1000) == (7, 4, [b"\x04", b"\x05"], False)
        assert not stream.over()
        stream.heard(5, 9)
        stream.produce()
        assert stream.over() and stream.bytes == 0
    finally:
        items.ticks_ms = before


def test_a_stream_that_goes_on_passes_over_what_was_received():
    stream = Items(numbers(9), True, 8, 6, 100)
    while stream.room() > 0:
        stream.produce()
    assert stream.take(1, 1000) == (1, 7, [b"\x07", b"\x08"], False)


def test_no_more_items_are_kept_than_there_is_room_for():
    stream = Items(numbers(1000), False, 1000000, 0, 100)
    while stream.room() > 0:
        stream.produce()
    assert len(stream.kept) == items.MAX_WINDOW
    large = Items(iter_of(b"x" * 900), False, 1000000, 0, 1000)
    while large.room() > 0:
        large.produce()
    assert large.bytes <= items.MAX_BYTES + 1000


def iter_of(value):
    while True:
        yield value


def test_an_item_that_is_too_large_ends_the_stream_behind_those_before_it():
    def growing():
        yield b"x"
        yield b"x" * 200

    stream = Items(growing(), False, 10, 0, 100)
    stream.produce()
    stream.produce()
    assert stream.ended and stream.produced == 1 and "at most 100" in str(stream.error)
