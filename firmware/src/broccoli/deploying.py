"""What the steps of a deployment (deploy.py) do. Loaded for as long as a file is on its way."""

import os
import sys
from binascii import hexlify
from hashlib import sha256

from broccoli.compat import port, seldom, since, ticks_ms

try:
    from os import urandom
except ImportError:
    urandom = seldom("chance", "ports").urandom

_MAX_SOURCE = 8192  # importing takes six times as much
_MAX_MODULES = 16
_LONGEST = 64  # characters of a name, and of a version
_CHALLENGE = 60000  # ms for which a challenge is good
_RENEWED = 30000  # ms after which who asks gets another one
_PAUSE = 120000  # ms without a step of a transfer after which it is given up
RESERVED = ("broccoli", "ports", "main", "boot", "config")
_OLDER = "deploy.old."  # what a module takes the place of, until the list counts that names it; empty: nothing


def hmac(key, message):
    if len(key) > 64:
        key = sha256(key).digest()
    key = key + bytes(64 - len(key))
    inner = sha256(bytes([each ^ 0x36 for each in key]))
    inner.update(message)
    outer = sha256(bytes([each ^ 0x5C for each in key]))
    outer.update(inner.digest())
    return outer.digest()


def _hex(data):
    return hexlify(data).decode()


def _is_name(name):
    return 0 < len(name) <= _LONGEST and all(["0" <= c <= "9" or "A" <= c <= "Z" or "a" <= c <= "z" or c == "_" for c in name])


def _is_version(text):
    """One line, as it is part of a list of lines."""
    return 0 < len(text) <= _LONGEST and text.strip() == text and all([" " <= c <= "~" for c in text])


class Refused(Exception):
    pass


class WrongSignature(Refused):  # who deploys knows these two by their names
    pass


class StaleChallenge(Refused):
    pass


class Deployment:
    """A file on its way."""

    def __init__(self, path, announced, digest, number):
        self.file = open(path, "wb")
        self.announced = announced  # what each of its signatures covers
        _, self.name, self.version, size, _ = announced.split("\n")
        self.size = int(size)
        self.digest = digest
        self.number = number  # by which its steps name it
        self.received = 0
        self.hash = sha256()
        self.touched = ticks_ms()


class Deployer:
    """The node has it, as its `deployer`, while a file is on its way; all that lasts is on the flash."""

    def __init__(self, node):
        self.node = node
        self.flash = node.config["flash"]
        keys = node.config["deploy_key"]  # one, or while keys are rotated that and the one before it
        self.keys = [each.encode() if isinstance(each, str) else each for each in (keys if isinstance(keys, (tuple, list)) else (keys,))]
        self.versions = {}  # name -> (MACs in hex, version)
        self.under_way = None
        self._recover()
        self._read()

    # ---- what is on the flash

    def _recover(self):
        """After a power cut: a module counts from when its list is renamed; until then what was there before it comes back."""
        self._give_up()
        files = os.listdir(self.flash or ".")
        for file in files:
            if file.startswith(_OLDER):
                if "modules.new" in files:
                    self._bring_back(file[len(_OLDER) :])
                else:
                    self._remove(self.flash + file)
        self._remove(self.flash + "modules.new")

    def _bring_back(self, name):
        path = self.flash + name + ".py"
        older = self.flash + _OLDER + name
        try:
            size = os.stat(older)[6]
        except OSError:
            return  # nothing was moved yet
        if size:
            os.rename(older, path)
        else:
            self._remove(path)
            self._remove(older)

    def _read(self):
        try:
            with open(self.flash + "modules") as file:
                lines = file.read().split("\n")
        except OSError:
            return
        int(lines[0])  # else it is no list
        files = os.listdir(self.flash or ".")
        for line in lines[1:]:
            parts = line.split(" ", 2)
            if parts[0] + ".py" in files:  # else the power failed while it was removed
                # of older firmware there is no MAC: it is not known again
                self.versions[parts[0]] = (parts[1], parts[2]) if len(parts) > 2 else ("", parts[-1])

    def _write(self, versions):
        """Writes the new list beside the one that counts, so that a full flash is noticed before anything changes."""
        with open(self.flash + "modules.new", "w") as file:
            file.write("\n".join(["2"] + ["%s %s %s" % (name, macs, version) for name, (macs, version) in versions.items()]))

    def _keep(self, versions):
        """From now on the list counts that was written."""
        os.rename(self.flash + "modules.new", self.flash + "modules")
        self.versions = versions

    def stored(self, key, name, version, digest):
        """By which a module is known again: with a key that is of no use for anything else, and on no other board."""
        return _hex(hmac(hmac(key, ("deploy.store\n" + self.node.name).encode()), ("%s\n%s\n%s" % (name, version, digest)).encode()))

    def digest(self, name):
        whole = sha256()
        with open(self.flash + name + ".py", "rb") as file:
            piece = file.read(512)
            while piece:
                whole.update(piece)
                piece = file.read(512)
        return _hex(whole.digest())

    def load(self):
        seldom("stored").load(self)

    def mark(self, name, version):
        return "load %s %s" % (name, version)

    def is_suspect(self, name, version):
        return self.node.runner.suspects.count(self.mark(name, version)) > 1

    # ---- the tasks

    def begin(self, mac):
        """Gives a challenge, and keeps nothing of who asked: nobody takes the place of others by asking."""
        self.check(mac, "deploy.begin")
        known = self.node.challenge
        if not known or since(known[1], ticks_ms()) > _RENEWED:
            self.node.challenge = known = urandom(16), ticks_ms()
        return known[0]

    def open(self, name, version, size, digest, challenge, mac):
        announced = "\n".join([_hex(challenge), name, version, str(size), _hex(digest)])
        self.check(mac, "deploy.open", announced)
        number = int.from_bytes(sha256(announced.encode()).digest()[:3], "big")
        if self.under_way and self.under_way.announced == announced:
            return number  # a task may come twice
        if not _is_name(name) or name in RESERVED:
            raise Refused("a module cannot have this name")
        known = name in self.versions or name in [each.module for each in self.node.registry.by_number.values()]
        if name in sys.modules and not known:
            raise Refused("another module has this name")
        if not _is_version(version):
            raise Refused("a version is 1 to %d printable ASCII characters, without a space at either end" % _LONGEST)
        if self.is_suspect(name, version):
            raise Refused("this version brought the board down twice")
        if not 0 <= size <= _MAX_SOURCE:
            raise Refused("a module has at most %d bytes" % _MAX_SOURCE)
        if name not in self.versions and len(self.versions) >= _MAX_MODULES:
            raise Refused("at most %d modules" % _MAX_MODULES)
        self._fresh(challenge)
        self._give_up()
        self.under_way = Deployment(self.flash + "deploy.new", announced, digest, number)
        self.node.challenge = None  # it is used
        self.node.deployer = self
        return number

    def chunk(self, transfer, offset, data, mac):
        d = self._now(transfer)
        self.check(mac, "deploy.chunk", d.announced, offset, _hex(sha256(data).digest()))
        d.touched = ticks_ms()
        if offset < d.received:
            return d.received
        if offset > d.received or d.received + len(data) > d.size:
            raise Refused("expected is the chunk at %d, of %d bytes in all" % (d.received, d.size))
        try:
            d.file.write(data)
        except OSError:  # a full flash: what of this chunk is in the file is not known
            self._give_up()
            raise
        d.hash.update(data)
        d.received += len(data)
        return d.received

    def commit(self, transfer, mac):
        d = self._now(transfer)
        self.check(mac, "deploy.commit", d.announced)
        try:
            return self._commit(d)
        finally:
            self._give_up()

    def _commit(self, d):
        d.file.close()
        if d.received != d.size or d.hash.digest() != d.digest:
            raise Refused("what came is not what was announced (SHA-256)")
        versions = dict(self.versions)
        versions[d.name] = self.stored(self.keys[0], d.name, d.version, _hex(d.digest)), d.version
        self._write(versions)
        path = self.flash + d.name + ".py"
        older = self.flash + _OLDER + d.name
        old = sys.modules.pop(d.name, None)
        try:
            if not self._move(path, older):
                open(older, "w").close()
            os.rename(self.flash + "deploy.new", path)
            port.mark(self.mark(d.name, d.version))
            tasks = self.node.registry.load(d.name, d.version)
        except BaseException:  # whatever it was: the older version goes on, and who deployed hears of it
            sys.modules.pop(d.name, None)
            if old:
                sys.modules[d.name] = old
            self._bring_back(d.name)
            raise
        finally:
            port.mark("")
        self._keep(versions)
        self._remove(older)
        self.node.asked = True  # to be told when there is room for it
        self.node.wake.set()
        return tasks

    def remove(self, name, challenge, mac):
        self.check(mac, "deploy.remove", _hex(challenge), name)
        self._fresh(challenge)
        if name not in self.versions:
            raise Refused("no such module")
        self.node.challenge = None
        self._remove(self.flash + name + ".py")  # first, as it may be the flash that is full
        self.node.registry.remove(name)
        self.node.asked = True
        self.node.wake.set()
        del self.versions[name]
        try:
            self.renew()
        except OSError as error:  # a full flash: what has no file is not in the list any more, whatever the list says
            self._remove(self.flash + "modules.new")
            print("the list of modules cannot be written:", error)

    def configure(self, sealed, challenge, mac):
        given = _hex(challenge)
        key = self.check(mac, "deploy.configure", given, _hex(sha256(sealed).digest()))
        self._fresh(challenge)
        configuring = seldom("configuring")
        trial = configuring.wanted(self.node, lambda blocks, text: hmac(blocks or key, text), sealed, given)
        newer = trial[-1].get("deploy_key")
        if newer and self.versions:
            seldom("stored").keep(self, newer.encode())
        self.node.challenge = None  # first: whatever becomes of them, they do not come twice
        return configuring.begin(self.node, trial)

    def confirm(self, challenge, mac):
        return seldom("configuring").confirm(self, _hex(challenge), mac)

    def renew(self):
        self._write(self.versions)
        self._keep(self.versions)

    def modules(self):
        used = [each.module for each in self.node.registry.by_number.values()]
        return {name: version + ("" if name in used else " (disabled)") for name, (_, version) in self.versions.items()}

    def _fresh(self, challenge):
        known = self.node.challenge
        if not known or known[0] != challenge or since(known[1], ticks_ms()) > _CHALLENGE:
            raise StaleChallenge("the challenge is not valid: it was used, or is older than a minute; begin again with a fresh one (deploy.begin)")

    def beat(self):
        """Nothing is kept of a file of which nothing comes any more."""
        if since(self.under_way.touched, ticks_ms()) > _PAUSE:
            self._give_up()

    def _give_up(self):
        """Nothing is left of a file on its way."""
        self.node.deployer = None
        if self.under_way:
            try:
                self.under_way.file.close()
            except OSError:
                pass  # what could not be written is not wanted any more
            self.under_way = None
        self._remove(self.flash + "deploy.new")

    def _now(self, transfer):
        if self.under_way:
            self.beat()
        if not self.under_way or self.under_way.number != transfer:
            raise Refused("there is no such transfer: it ended, somebody else has begun a deployment since, or no chunk came for two minutes")
        return self.under_way

    def check(self, mac, task, *lines):
        """Refuses what was not signed for this; gives the key with which it was."""
        message = "\n".join([task, self.node.config["cluster"], self.node.name] + [str(each) for each in lines]).encode()
        for key in self.keys:
            expected = hmac(key, message)
            different = len(mac) ^ len(expected)
            for a, b in zip(mac, expected):
                different |= a ^ b
            if not different:
                return key
        raise WrongSignature("the signature is wrong: it was made with another key, or for another cluster or board")

    def _remove(self, path):
        try:
            os.remove(path)
        except OSError:
            pass  # it is not there

    def _move(self, path, to):
        try:
            os.rename(path, to)
            return True
        except OSError:
            return False
