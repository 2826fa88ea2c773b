"""What a node does when it starts, and what it must not forget: which life it is in, and which tasks stopped it."""

import asyncio
import os

from broccoli import wire
from broccoli.compat import port, seldom, ticks_ms, trace
from broccoli.ledger import Ledger
from broccoli.mqtt import Client, MqttError
from broccoli.runner import Runner
from broccoli.tasks import Registry

_MOST_LIVES = 1 << 38  # of a board; who says that there were more says nothing
_SUSPECTS = 8  # tasks that are remembered

# NAME, CLUSTER and BROKER must be there; the others have these values.
DEFAULTS = {
    "port": None,  # of brokers that name none: 1883, or 8883 where their scheme is mqtts
    "user": None,
    "password": None,
    "tls": None,
    "queue": 8,
    "workers": 1,
    "max_weight": 16,  # what a member may weigh at most among those that want more than there is, whatever it says
    "modules": ("tasks",),
    "site": None,
    "watchdog": 8000,  # ms; 0: none
    "offline": 300000,  # ms without a broker until it restarts; 0: it does not
    "deploy_key": None,  # who has it may bring new functions here; None: nobody; two while keys are rotated, the newer one first
    "flash": "",  # the folder of what it must not forget, with / at its end
}


def begin(node, config):
    """All that a node has, before it runs."""
    node.config = config = settings(config, True)
    seldom("names").check(config)
    node.name = config["name"]
    node.root = "broccoli/" + config["cluster"] + "/"
    node.state = wire.ACTIVE
    node.control_out = []
    node.ready = []  # accounts with answers, jobs with items
    node.wake = asyncio.Event()
    node.announced = b""
    node.asked = False  # to announce itself; however many ask at a time are answered at once
    node.cluster = None  # its side as a producer, made when it is first used
    node.malformed = 0
    node.refused_peers = {}
    node.free = node.looked = 0  # what was free of the heap, and when
    flash = config["flash"]
    node.epoch, node.counted = count(flash)
    node.registry = Registry()
    node.runner = Runner(node.registry, config["workers"], node._done, port.mark, suspects(flash))
    node.runner.ready = node.answers_ready
    _live(node)
    node.mqtt = Client(config["cluster"] + ":" + node.name, node._received, wire.MAX_FRAME + 256)
    node.tries = 0  # to connect, since a connection lasted
    node.linked = None  # since when it is connected
    node.online = node.turned = ticks_ms()  # when it was connected, and its sender went on
    watchdog = config["watchdog"]
    node.feed = watchdog and port.watchdog(watchdog)


def _live(node):
    """A life."""
    capacity = node.config["queue"] + node.config["workers"]
    node.ledger = Ledger(node.epoch, capacity, node, now=ticks_ms(), most_weight=node.config["max_weight"])


def settings(config, begins=False):
    """What config.py says, with what came over the air since; where a life `begins`, also what is on trial."""
    settings = dict(DEFAULTS)
    settings.update(config)
    try:
        files = os.listdir(settings["flash"] or ".")
    except OSError:
        files = ()
    if [each for each in files if each[:8] == "settings"]:
        seldom("configuring").overlay(settings, files, begins)
    return settings


def _read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ""


def _write(path, text):
    """All of it, or nothing, whenever the power fails."""
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


def count(flash):
    """The number of this life, and whether the next one will know of it."""
    text = _read(flash + "boots")
    epoch = int(text) + 1 if text.isdigit() else 1
    return epoch, _keep(flash, epoch)


def _keep(flash, epoch):
    try:
        _write(flash + "boots", str(epoch))
        return True
    except OSError as error:  # a full flash: the broker's copy of our STATUS still tells
        print("the boot counter cannot be written:", error)
        return False


def suspects(flash):
    """Tasks during which this board was reset by its watchdog, a crash, or too little power; nobody asked for that."""
    lines = [each for each in _read(flash + "suspects").split("\n") if each]
    mark = port.marked()
    if mark and port.cause() not in ("hard", "deepsleep"):  # no power cut leaves a mark, and crashes look like soft resets
        lines = lines[1 - _SUSPECTS :] + [mark]
        try:
            _write(flash + "suspects", "\n".join(lines))
        except OSError as error:
            print("the suspect cannot be noted:", error)
    port.mark("")
    return lines


def load(node):
    """What it came with, and what was deployed."""
    if "trial" in node.config:
        seldom("configuring").Trial(node)
    deployer = _deployer(node) if node.config["deploy_key"] else None
    for module in node.config["modules"]:
        if deployer and module in deployer.versions:
            continue  # it is loaded with the others that were deployed, with the care that they need
        try:
            node.registry.load(module)
        except Exception as error:  # the others are there all the same
            print("the tasks of", module, "are missing:", trace(error))
    if deployer:
        deployer.load()


def _deployer(node):
    from broccoli import deploy

    try:
        return deploy.offer(node)
    except Exception as error:  # what is there was written by nobody here: it is a node all the same, but takes no modules
        print("the modules cannot be read, and none is taken:", trace(error))


def other(node, payload, former):
    """Another word of this name came: of a life before, or of somebody who has the name too."""
    kind, fields = node._decode(node.name, payload)
    if kind == wire.STATUS and fields[wire.STATUS_MEMBER] == node.name:
        node.counted = node.counted or former
        epoch = fields[wire.STATUS_EPOCH]
        if epoch > node.epoch or epoch == node.epoch and (former or fields[wire.STATUS_STATE] == wire.GONE):
            rise(node, epoch + 1)


def rise(node, epoch):
    """Another life of this name is known to somebody: this one goes on above it, and with a connection whose will says so."""
    if epoch > _MOST_LIVES:
        return
    node.epoch = epoch
    _keep(node.config["flash"], epoch)
    for account in list(node.ledger.accounts.values()):
        node.ledger._fence(account, True)
    _live(node)
    if node.cluster:
        node.cluster.restart(epoch)
    raise MqttError("another life of this board is known, this one is now number %d" % epoch)
