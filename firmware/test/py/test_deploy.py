"""Deployment of modules, on a flash that is played: its power fails at each step, in turn."""

from binascii import hexlify
from hashlib import sha256

from broccoli import deploying
from flash import Flash, PowerCut
from support import CPYTHON, raises

KEY = b"a key"
OLD = b"a key that was used before"


class Offered:
    def __init__(self, module):
        self.module = module


class Node:
    """A life of a board: what it has in memory, and a flash."""

    class runner:
        suspects = []

    class wake:
        set = staticmethod(lambda: None)

    challenge = None

    def __init__(self, flash, name="b", keys=KEY, cluster="c"):
        self.name = name
        self.config = {"flash": "", "deploy_key": keys, "cluster": cluster}
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


def mac(*lines, key=KEY):
    return deploying.hmac(key, "\n".join([str(each) for each in lines]).encode())


def hexed(data):
    return hexlify(data).decode()


def challenge(node, key=KEY, board="b", cluster="c"):
    return node.step("begin", mac("deploy.begin", cluster, board, key=key))


class Opened:
    """A file on its way, as who deploys has it."""

    def __init__(self, node, name, text, version=None, key=KEY, board="b", cluster="c", given=None):
        self.node = node
        self.key = key
        self.text = text.encode()
        self.version = text if version is None else version  # its text, so that one tells of the other
        digest = sha256(self.text).digest()
        self.given = challenge(node, key) if given is None else given
        self.announced = (cluster, board, hexed(self.given), name, self.version, len(text), hexed(digest))
        self.opening = name, self.version, len(text), digest, self.given, self.mac("open")
        self.number = node.step("open", *self.opening)

    def mac(self, step, *more):
        return mac("deploy." + step, *(self.announced + more), key=self.key)

    def chunk(self, at, data):
        return self.node.step("chunk", self.number, at, data, self.mac("chunk", at, hexed(sha256(data).digest())))

    def send(self):
        half = len(self.text) // 2
        self.chunk(0, self.text[:half])
        self.chunk(half, self.text[half:])
        return self

    def commit(self):
        return self.node.step("commit", self.number, self.mac("commit"))


def bring(node, name, text, **more):
    return Opened(node, name, text, **more).send().commit()


def take(node, name):
    given = challenge(node)
    node.step("remove", name, given, mac("deploy.remove", "c", "b", hexed(given), name))


def listed(name, text, key=KEY, board="b"):
    """A line of the list, as a board writes it."""
    stored = deploying.hmac(key, ("deploy.store\n" + board).encode())
    return "%s %s %s" % (name, hexed(deploying.hmac(stored, ("%s\n%s\n%s" % (name, text, hexed(sha256(text.encode()).digest()))).encode())), text)


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


OLDER = {"garden.py": "one", "modules": "2\n" + listed("garden", "one")}


def test_the_power_may_fail_at_any_step_of_a_newer_version():
    cut_at_each_step(OLDER, lambda node: bring(node, "garden", "two"), {"garden": "one"}, {"garden": "two"})


def test_the_power_may_fail_at_any_step_of_a_first_version():
    cut_at_each_step(OLDER, lambda node: bring(node, "shed", "new"), {"garden": "one"}, {"garden": "one", "shed": "new"})


def test_the_power_may_fail_at_any_step_of_a_module_that_takes_the_place_of_a_file_the_board_came_with():
    files = {"tasks.py": "came with it"}
    cut_at_each_step(files, lambda node: bring(node, "tasks", "new"), {"tasks": "came with it"}, {"tasks": "new"})


def test_the_power_may_fail_at_any_step_of_a_removal():
    both = {"garden.py": "one", "shed.py": "x", "modules": "\n".join(["2", listed("garden", "one"), listed("shed", "x")])}
    left = 0
    while True:
        flash = Flash(both)
        node = Node(flash)
        flash.left = left
        try:
            take(node, "shed")
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
        raises(ValueError, bring, node, name, "wrong")
        before = {each[:-3]: files[each] for each in files if each.endswith(".py")}
        assert whole(flash) == before, flash.files
        assert bring(Node(flash), name, "right") == [name]
        assert whole(flash)[name] == "right"


def test_a_module_that_is_replaced_or_removed_is_not_called_disabled_any_more():
    flash = Flash(OLDER)
    node = Node(flash)
    for text in ("two", "three"):
        node.by_number.clear()  # as where it could not be loaded
        assert node.step("modules")["garden"].endswith(" (disabled)")
        if text == "three":
            take(node, "garden")
        bring(node, "garden", text)
        assert node.step("modules") == {"garden": text}


def refused(kind, *work):
    return str(raises(kind, *work))


def test_each_step_of_who_does_not_have_the_key_is_refused_and_breaks_nothing():
    node = Node(Flash(OLDER))
    wrong = bytes(32)
    ours = Opened(node, "garden", "two")
    ours.chunk(0, b"t")
    steps = (
        ("begin", wrong),
        ("open",) + ours.opening[:-1] + (wrong,),
        ("open", "shed") + ours.opening[1:],
        ("chunk", ours.number, 1, b"wo", wrong),
        ("chunk", ours.number, 0, b"x", wrong),
        ("chunk", ours.number, 1, b"xo", ours.mac("chunk", 1, hexed(sha256(b"wo").digest()))),
        ("chunk", ours.number, 2, b"wo", ours.mac("chunk", 1, hexed(sha256(b"wo").digest()))),
        ("commit", ours.number, wrong),
        ("commit", ours.number, ours.mac("open")),
        ("remove", "garden", ours.given, wrong),
        ("begin", b""),
        ("begin", mac("deploy.begin", "c", "b") + b"x"),
    )
    for step in steps:
        assert "the signature is wrong" in refused(deploying.WrongSignature, node.step, *step), step
    ours.chunk(0, b"t")  # a repeated one of our own is ignored
    ours.chunk(1, b"wo")
    assert ours.commit() == ["garden"]
    assert node.step("modules") == {"garden": "two"}


def test_what_was_signed_for_another_board_or_cluster_is_refused():
    node = Node(Flash({}))
    for more in ({"board": "another"}, {"cluster": "another"}):
        assert "another cluster or board" in refused(deploying.WrongSignature, lambda: challenge(node, **more))
        assert "another cluster or board" in refused(deploying.WrongSignature, lambda: bring(node, "garden", "one", **more))
        given = challenge(node)
        parts = {"board": "b", "cluster": "c"}
        parts.update(more)
        signed = mac("deploy.remove", parts["cluster"], parts["board"], hexed(given), "garden")
        refused(deploying.WrongSignature, node.step, "remove", "garden", given, signed)


def test_what_was_sent_once_is_of_no_use_again():
    node = Node(Flash({}))
    first = Opened(node, "garden", "one")
    assert node.step("open", *first.opening) == first.number  # a task may come twice
    first.send().commit()
    bring(node, "garden", "two")
    assert "the challenge is not valid" in refused(deploying.StaleChallenge, node.step, "open", *first.opening)
    assert "there is no such transfer" in refused(deploying.Refused, first.send)
    assert "there is no such transfer" in refused(deploying.Refused, first.commit)
    given = challenge(node)
    removal = "garden", given, mac("deploy.remove", "c", "b", hexed(given), "garden")
    node.step("remove", *removal)
    bring(node, "garden", "three")
    assert "the challenge is not valid" in refused(deploying.StaleChallenge, node.step, "remove", *removal)
    again = Node(node.flash)  # a life later
    assert "the challenge is not valid" in refused(deploying.StaleChallenge, again.step, "open", *first.opening)
    assert again.step("modules") == {"garden": "three"}


class Ticks:
    """A clock that stands still until a test says otherwise."""

    def __enter__(self):
        self.now = 1000
        self.before = deploying.ticks_ms
        deploying.ticks_ms = lambda: self.now
        return self

    def __exit__(self, *error):
        deploying.ticks_ms = self.before


def test_a_challenge_is_good_for_a_minute_and_whoever_asks_gets_one_that_is_good_for_half_of_it():
    with Ticks() as ticks:
        node = Node(Flash({}))
        given = challenge(node)
        ticks.now += 30000
        assert challenge(node) == given
        ticks.now += 30000
        late = challenge(node)
        assert late != given
        assert "older than a minute" in refused(deploying.StaleChallenge, lambda: Opened(node, "garden", "one", given=given))
        ticks.now += 60000
        Opened(node, "garden", "one", given=late)
        last = challenge(node)
        ticks.now += 60001
        assert "older than a minute" in refused(deploying.StaleChallenge, lambda: Opened(node, "garden", "two", given=last))


def test_a_file_of_which_nothing_comes_is_given_up():
    with Ticks() as ticks:
        flash = Flash({})
        node = Node(flash)
        slow = Opened(node, "garden", "one")
        ticks.now += 120000
        slow.chunk(0, b"o")
        ticks.now += 120001
        assert "no chunk came for two minutes" in refused(deploying.Refused, lambda: slow.chunk(1, b"ne"))
        assert "deploy.new" not in flash.files
        left = Opened(node, "garden", "one")
        ticks.now += 120000
        node.deployer.beat()
        assert node.deployer is not None and "deploy.new" in flash.files
        ticks.now += 1
        node.deployer.beat()
        assert node.deployer is None and "deploy.new" not in flash.files
        refused(deploying.Refused, left.commit)


def test_who_was_overtaken_by_another_deployment_is_told():
    node = Node(Flash({}))
    first = Opened(node, "garden", "one")
    second = Opened(node, "garden", "two")
    second.chunk(0, b"two")
    assert "somebody else" in refused(deploying.Refused, first.commit)
    assert second.commit() == ["garden"]
    assert node.step("modules") == {"garden": "two"}


def test_a_module_cannot_have_the_name_of_what_a_board_is_made_of():
    node = Node(Flash({}))
    for name in deploying.RESERVED + ("", "a/b", "../a", "a.b", "a-b", "a b", "a\n", "\u00e4", "x" * 65):
        raises(deploying.Refused, lambda: Opened(node, name, "x = 1", version="1"))
    Opened(node, "x" * 64, "x = 1", version="1")


def test_a_version_is_one_line_that_does_no_harm_to_the_list():
    flash = Flash(OLDER)
    node = Node(flash)
    for version in ("", " ", "1.0\n", "1\n2", "1\r", "1\t", " 1", "1 ", "\u00e4", "\x7f", "x" * 65):
        assert "a version is" in refused(deploying.Refused, lambda: Opened(node, "garden", "two", version=version)), repr(version)
    assert "at most 8192 bytes" in refused(deploying.Refused, lambda: Opened(node, "garden", "x" * 8193, version="1"))
    assert Node(flash).step("modules") == {"garden": "one"}
    Opened(node, "garden", "two", version="a version of 64 characters " + "x" * 37).send().commit()
    assert Node(flash).step("modules")["garden"].startswith("a version of 64 characters xx")


def test_a_file_that_was_changed_since_is_not_run_under_the_name_of_what_it_replaced():
    other = listed("garden", "one", board="another")
    for files in (
        {"garden.py": "evil", "modules": OLDER["modules"]},
        {"garden.py": "one", "modules": OLDER["modules"].replace(" one", " two")},
        {"shed.py": "one", "modules": OLDER["modules"].replace("garden", "shed")},
        {"garden.py": "one", "modules": "2\n" + other},
        {"garden.py": "one", "modules": "2\n" + listed("garden", "one", key=b"x")},
        {"garden.py": "one", "modules": "1\ngarden one"},
    ):
        flash = Flash(files)
        node = Node(flash)
        assert node.loaded == {}, files
        name = "shed" if "shed.py" in files else "garden"
        assert node.step("modules")[name].endswith(" (disabled)"), files
        bring(node, name, "new")
        assert Node(flash).loaded == {name: "new"}


def test_two_keys_are_valid_while_they_are_rotated():
    flash = Flash({})
    node = Node(flash, keys=OLD)
    bring(node, "garden", "one", key=OLD)
    bring(node, "shed", "one", key=OLD)
    node = Node(flash, keys=(KEY, OLD))
    assert node.loaded == {"garden": "one", "shed": "one"}
    bring(node, "garden", "two", key=OLD)
    bring(node, "shed", "two", key=KEY)
    refused(deploying.WrongSignature, challenge, node, b"another")
    node = Node(flash, keys=[KEY.decode()])
    assert node.loaded == {"garden": "two", "shed": "two"}, flash.files
    refused(deploying.WrongSignature, challenge, node, OLD)
    assert Node(flash, keys=OLD).loaded == {}


def test_files_are_their_owners_where_the_system_knows_owners():
    if CPYTHON:
        import os

        import ports.cpython as port

        assert port and os.umask(0o077) == 0o077
