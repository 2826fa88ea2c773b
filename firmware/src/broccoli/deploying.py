"""What the steps of a deployment (deploy.py) do. Loaded for as long as a file is on its way."""

import os
import sys
from binascii import hexlify
from hashlib import sha256

from broccoli.compat import port, seldom

_MAX_SOURCE = 8192  # importing takes six times as much
_MAX_MODULES = 16
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


class Refused(Exception):
    pass


class Deployment:
    """A file on its way."""

    def __init__(self, path, name, version, size, digest, counter):
        self.file = open(path, "wb")
        self.name = name
        self.version = version
        self.size = size
        self.digest = digest
        self.counter = counter
        self.received = 0
        self.hash = sha256()


class Deployer:
    """The node has it, as its `deployer`, while a file is on its way; all that lasts is on the flash."""

    def __init__(self, node):
        self.node = node
        self.flash = node.config["flash"]
        key = node.config["deploy_key"]
        self.key = key.encode() if isinstance(key, str) else key
        self.counter = 0
        self.versions = {}
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
        self.counter = int(lines[0])
        files = os.listdir(self.flash or ".")
        for line in lines[1:]:
            if line:
                name, version = line.split(" ", 1)
                if name + ".py" in files:  # else the power failed while it was removed
                    self.versions[name] = version

    def _write(self, versions, counter):
        """Writes the new list beside the one that counts, so that a full flash is noticed before anything changes."""
        with open(self.flash + "modules.new", "w") as file:
            file.write("\n".join([str(counter)] + [name + " " + v for name, v in versions.items()]))

    def _keep(self, versions, counter):
        """From now on the list counts that was written."""
        os.rename(self.flash + "modules.new", self.flash + "modules")
        self.versions = versions
        self.counter = counter

    def load(self):
        """After a restart: what was deployed, but for what brought this board down twice while it was loaded."""
        for name, version in self.versions.items():
            if self._is_suspect(name, version):
                print("the module", name, "brought this board down twice and is left out")
                continue
            port.mark(self._mark(name, version))
            try:
                self.node.registry.load(name, version)
            except (Exception, SystemExit) as error:
                print("the module", name, "cannot be loaded:", type(error).__name__, error)
            port.mark("")

    def _mark(self, name, version):
        return "load %s %s" % (name, version)

    def _is_suspect(self, name, version):
        return self.node.runner.suspects.count(self._mark(name, version)) > 1

    # ---- the tasks

    def begin(self, name, version, size, digest, counter, mac):
        self._check(mac, "begin", name, version, size, hexlify(digest).decode(), counter)
        if not name or not all([c.isalpha() or c.isdigit() or c == "_" for c in name]) or name in RESERVED:
            raise Refused("a module cannot have this name")
        known = name in self.versions or name in [each.module for each in self.node.registry.by_number.values()]
        if name in sys.modules and not known:
            raise Refused("another module has this name")
        if "\n" in version:
            raise Refused("a version is one line")
        if self._is_suspect(name, version):
            raise Refused("this version brought the board down twice")
        if size > _MAX_SOURCE:
            raise Refused("a module has at most %d bytes" % _MAX_SOURCE)
        if name not in self.versions and len(self.versions) >= _MAX_MODULES:
            raise Refused("at most %d modules" % _MAX_MODULES)
        self._give_up()
        self.under_way = Deployment(self.flash + "deploy.new", name, version, size, digest, counter)
        self.node.deployer = self
        return size

    def chunk(self, offset, data):
        d = self._now()
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

    def commit(self, counter, mac=None):
        """Of a file; or, signed, of settings."""
        if mac is not None:
            return seldom("configuring").commit(self, counter, mac)
        d = self._now()
        if counter != d.counter:
            raise Refused("somebody else has begun a deployment since")
        try:
            return self._commit(d)
        finally:
            self._give_up()

    def _commit(self, d):
        d.file.close()
        if d.received != d.size or d.hash.digest() != d.digest:
            raise Refused("what came is not what was announced (SHA-256)")
        versions = dict(self.versions)
        versions[d.name] = d.version
        self._write(versions, d.counter)
        path = self.flash + d.name + ".py"
        older = self.flash + _OLDER + d.name
        old = sys.modules.pop(d.name, None)
        try:
            if not self._move(path, older):
                open(older, "w").close()
            os.rename(self.flash + "deploy.new", path)
            port.mark(self._mark(d.name, d.version))
            tasks = self.node.registry.load(d.name, d.version)
        except BaseException:  # whatever it was: the older version goes on, and who deployed hears of it
            sys.modules.pop(d.name, None)
            if old:
                sys.modules[d.name] = old
            self._bring_back(d.name)
            raise
        finally:
            port.mark("")
        self._keep(versions, d.counter)
        self._remove(older)
        self.node.asked = True  # to be told when there is room for it
        self.node.wake.set()
        return tasks

    def remove(self, name, counter, mac):
        self._check(mac, "remove", name, counter)
        if name not in self.versions:
            raise Refused("no such module")
        self._remove(self.flash + name + ".py")  # first, as it may be the flash that is full
        self.node.registry.remove(name)
        self.node.asked = True
        self.node.wake.set()
        del self.versions[name]
        self.count(counter)

    def configure(self, sealed, counter, mac):
        self._check(mac, "configure", hexlify(sha256(sealed).digest()).decode(), counter)
        configuring = seldom("configuring")
        trial = configuring.wanted(self.node, lambda key, text: hmac(key or self.key, text), sealed, counter)
        self.count(counter)  # first: whatever becomes of them, they do not come twice
        return configuring.begin(self.node, trial)

    def count(self, counter):
        """What was signed with this counter, or a smaller one, is refused from now on."""
        self._write(self.versions, counter)
        self._keep(self.versions, counter)

    def modules(self):
        used = [each.module for each in self.node.registry.by_number.values()]
        return {name: version + ("" if name in used else " (disabled)") for name, version in self.versions.items()}

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

    def _now(self):
        if not self.under_way:
            raise Refused("nothing was begun")
        return self.under_way

    def _check(self, mac, what, *fields):
        self.verify(mac, what, *fields)
        if fields[-1] <= self.counter:
            raise Refused("this was deployed before: its counter is %d, and %d was seen" % (fields[-1], self.counter))

    def verify(self, mac, what, *fields):
        lines = (what, self.node.name) + fields
        expected = hmac(self.key, "\n".join([str(each) for each in lines]).encode())
        different = len(mac) ^ len(expected)
        for a, b in zip(mac, expected):
            different |= a ^ b
        if different:
            raise Refused("the signature is wrong")

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
