"""Deployment of modules, on a flash that is played: its power fails at each step, in turn."""

from binascii import hexlify
from hashlib import sha256

from broccoli import deploying
from flash import Flash, PowerCut
from support import raises

KEY = b"a key"


class Offered:
    def __init__(self, module):
        self.module = module


class Node:
    """A life of a board: what it has in memory, and a flash."""

    class runner:
        suspects = []

    class wake:
        set = staticmethod(lambda: None)

    def __init__(self, flash, name="b"):
        self.name = name
        self.config = {"flash": "", "deploy_key": KEY}
        self.registry = self
        self.by_number = {}
        self.flash = flash
        self.loaded = {}
        self.broken = None
        deploying.os = flash
        deploying.open = flash.open
        self.deployer = None
        deploying.Deployer(self).load()

    def step(self, name, *args):
        return getattr(self.deployer or deploying.Deployer(self), name)(*args)

    def load(self, name, version):
        text = self.flash.files[name + ".py"]
        if text == self.broken:
            raise ValueError("it cannot be imported")
        self.loaded[name] = text
        self.by_number[name] = Offered(name)
        return [name]

    def remove(self, name):
        self.loaded.pop(name, None)
        self.by_number.pop(name, None)


def mac(name, *fields):
    lines = (fields[0], name) + fields[1:]
    return deploying.hmac(KEY, "\n".join([str(each) for each in lines]).encode())


def begin(node, name, text, counter, signed_for="b"):
    digest = sha256(text.encode()).digest()
    signed = mac(signed_for, "begin", name, text, len(text), hexlify(digest).decode(), counter)
    node.step("begin", name, text, len(text), digest, counter, signed)


def bring(node, name, text, counter):
    """A module whose version is its text, so that one tells of the other."""
    begin(node, name, text, counter)
    half = len(text) // 2
    node.step("chunk", 0, text[:half].encode())
    node.step("chunk", half, text[half:].encode())
    return node.step("commit", counter)


def take(node, name, counter):
    node.step("remove", name, counter, mac("b", "remove", name, counter))


def whole(flash):
    """What the flash has after a start: each file that is listed is of the version that is listed, and nothing else is left."""
    node = Node(flash)
    for name, version in node.step("modules").items():
        assert flash.files[name + ".py"] == version == node.loaded[name], (name, flash.files)
    extra = [each for each in flash.files if each.startswith("deploy") or each.endswith(".new")]
    assert not extra, flash.files
    return {each[:-3]: flash.files[each] for each in flash.files if each.endswith(".py")}


def cut_at_each_step(files, work, before, after):
    """Whenever the power fails, and fails again while the board recovers, it has all of what it had before, or all of what came."""
    left = 0
    seen = []
    while True:
        flash = Flash(files)
        node = Node(flash)
        flash.left = left
        try:
            work(node)
        except PowerCut:
            cut = True
        else:
            cut = False
        found = dict(flash.files)
        for again in range(12):
            flash = Flash(found)
            flash.left = again
            try:
                Node(flash)
            except PowerCut:
                pass
            flash.left = -1
            has = whole(flash)
            assert has in (before, after), (left, again, has)
        seen.append(has == after)
        if not cut:
            break
        left += 1
    assert left > 6 and seen == sorted(seen) and seen[-1] and not seen[0], seen


OLDER = {"garden.py": "one", "modules": "1\ngarden one"}


def test_the_power_may_fail_at_any_step_of_a_newer_version():
    cut_at_each_step(OLDER, lambda node: bring(node, "garden", "two", 2), {"garden": "one"}, {"garden": "two"})


def test_the_power_may_fail_at_any_step_of_a_first_version():
    cut_at_each_step(OLDER, lambda node: bring(node, "shed", "new", 2), {"garden": "one"}, {"garden": "one", "shed": "new"})


def test_the_power_may_fail_at_any_step_of_a_module_that_takes_the_place_of_a_file_the_board_came_with():
    files = {"tasks.py": "came with it"}
    cut_at_each_step(files, lambda node: bring(node, "tasks", "new", 2), {"tasks": "came with it"}, {"tasks": "new"})


def test_the_power_may_fail_at_any_step_of_a_removal():
    both = {"garden.py": "one", "shed.py": "x", "modules": "1\ngarden one\nshed x"}
    left = 0
    while True:
        flash = Flash(both)
        node = Node(flash)
        flash.left = left
        try:
            take(node, "shed", 2)
            cut = False
        except PowerCut:
            cut = True
        flash.left = -1
        assert whole(flash) in ({"garden": "one"}, {"garden": "one", "shed": "x"})
        if not cut:
            break
        left += 1
    assert left > 2 and whole(flash) == {"garden": "one"}


def test_what_cannot_be_imported_leaves_what_was_there():
    for files, name in ((OLDER, "garden"), ({"tasks.py": "came with it"}, "tasks"), ({}, "shed")):
        flash = Flash(files)
        node = Node(flash)
        node.broken = "wrong"
        raises(ValueError, bring, node, name, "wrong", 2)
        before = {each[:-3]: files[each] for each in files if each.endswith(".py")}
        assert whole(flash) == before, flash.files
        assert bring(Node(flash), name, "right", 2) == [name]
        assert whole(flash)[name] == "right"


def test_a_module_that_is_replaced_or_removed_is_not_called_disabled_any_more():
    flash = Flash(OLDER)
    node = Node(flash)
    for text, counter in (("two", 2), ("three", 3)):
        node.by_number.clear()  # as where it could not be loaded
        assert node.step("modules")["garden"].endswith(" (disabled)")
        if counter == 3:
            take(node, "garden", 10)
            counter = 11
        bring(node, "garden", text, counter)
        assert node.step("modules") == {"garden": text}


def test_what_was_signed_for_another_board_is_refused():
    node = Node(Flash({}))
    error = raises(deploying.Refused, begin, node, "garden", "one", 1, "another")
    assert "the signature is wrong" in str(error)


def test_who_was_overtaken_by_another_deployment_is_told():
    node = Node(Flash({}))
    begin(node, "garden", "one", 1)
    begin(node, "garden", "two", 2)
    node.step("chunk", 0, b"two")
    assert "somebody else" in str(raises(deploying.Refused, node.step, "commit", 1))
    assert node.step("commit", 2) == ["garden"]
    assert node.step("modules") == {"garden": "two"}


def test_a_module_cannot_have_the_name_of_what_a_board_is_made_of():
    node = Node(Flash({}))
    for name in deploying.RESERVED + ("", "a/b", "../a", "a.b", "a b", "a\n"):
        raises(deploying.Refused, begin, node, name, "x = 1", 1)
