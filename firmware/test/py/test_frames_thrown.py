"""Random and mutated frames thrown at a node, which is never to fail, nor to hold more than it has room for."""

import asyncio
from binascii import unhexlify

from broccoli import cluster, frames, items, link, node, status, wire  # items writes its part of frames
from broccoli.mqtt import MqttError
from support import CPYTHON, Random, encode, golden

THROWN = 100000 if CPYTHON else 25000  # stream.test.mjs throws as many at a board that lives
CONFIG = {"name": "node-1", "cluster": "c", "broker": "x", "modules": (), "flash": "/tmp/", "watchdog": 0}


def made():
    """A node that no network and no loop moves: only what it does with frames."""
    asyncio.create_task = lambda coroutine: coroutine.close()
    made = node.Node(CONFIG)
    made.registry.load("tasks")
    made.mqtt.up = True
    made.mqtt._write = lambda data, start: None
    cluster.produce(made)
    return made


def check(n):
    ledger = n.ledger
    assert ledger.held + ledger.unused() <= ledger.capacity
    assert ledger.held == sum([len(each.held) for each in ledger.accounts.values()])
    assert len(ledger.remembered) <= 4 * ledger.capacity and ledger.bytes <= ledger.ring_bytes
    assert len(ledger.accounts) <= 16 and len(n.control_out) <= 32
    for each in ledger.accounts.values():
        assert len(each.seen.ranges) <= 2 * ledger.capacity + 3
        assert len(each.answers) <= 5 * ledger.capacity
    assert len(n.cluster.nodes) <= cluster.MAX_NODES


def settle(n, random):
    """What else happens on a node, now and then: tasks end, answers leave."""
    if random.below(3) == 0 and n.runner.queue:
        job = n.runner.queue.pop(random.below(len(n.runner.queue)))
        job.started = True
        n._done(job, wire.SUCCESS, b"\x01")
    if random.below(4) == 0:
        del n.control_out[:]
        for account in list(n.ledger.accounts.values()):
            n._send_results(account)
        del n.ready[:]
        n.cluster.send()


def test_random_and_mutated_frames_do_no_harm():
    seed = 20260
    random = Random(seed)
    n = made()
    samples = [unhexlify(each["hex"]) for each in golden("frames")]
    senders = ["p%d" % i for i in range(20)]
    for count in range(THROWN):
        sender = random.choice(senders)
        account = n.ledger.accounts.get(sender)
        kind = random.below(4)
        if kind == 0:
            frame = random.bytes(random.below(40))
        elif kind == 1 or account is None:
            frame = bytearray(random.choice(samples))
            for _ in range(random.below(4)):
                frame[random.below(len(frame))] = random.below(256)
        else:  # a producer that cheats: the right epochs, and whatever numbers
            epochs = (account.producer_epoch, account.link_epoch, account.ctl + random.below(3), random.below(50))
            if kind == 2:
                first = max(0, account.limit - random.below(12))
                bodies = [random.choice((None, b"\x93\x01\x02\x03", b"\x91\x63")) for _ in range(random.below(12))]
                frame = encode(wire.TASKS, *epochs, first, 0, bodies)
            elif random.below(2):
                frame = encode(wire.POLL, *epochs, 256 + random.below(2000), 0, [random.below(99) for _ in range(3)], [])
            else:
                floor = random.below(max(1, account.limit))
                frame = encode(wire.CANCEL, *epochs, [floor, floor + 2, floor + 2 + random.below(40)])
        topic = random.choice(("broccoli/c/i/node-1/", "broccoli/c/i/node-1/", "broccoli/c/i/node-1/", "broccoli/c/p/")) + sender
        try:
            n._received(topic, frame, 0)
            settle(n, random)
            if count % 16 == 0:
                check(n)
            if count % 1000 == 999:
                yield  # this interpreter collects its garbage only when no Python is on the stack
        except Exception:
            print("seed", seed, "count", count, "frame", bytes(frame))
            raise
    check(n)
    assert n.malformed > THROWN // 10


FUNCTIONS = [(1, "add", "", ["x", "y"], False), (2, "mul", "7", ["x"], False)]


def a_status(name, epoch, state):
    return encode(wire.STATUS, name, epoch, state, 8, 1, 8, 2048, 1024, 0, b"", status.functions(FUNCTIONS, len(FUNCTIONS)))


def a_cheat(n, random, name):
    """A frame of a node that knows its link, and says what it likes."""
    known = n.cluster.nodes.get(name)
    one = known and known.link
    if not one or random.below(8) == 0:
        state = random.choice((wire.ACTIVE, wire.ACTIVE, wire.DRAINING, wire.GONE))
        return "p/", a_status(name, random.choice((1, 2, 3, LARGEST)), state)
    epochs = (random.choice((one.producer_epoch, one.producer_epoch, LARGEST)), random.choice((one.epoch, one.epoch + 1, LARGEST)))
    seq = random.choice((1, one.next, random.below(99), LARGEST))
    ctl = random.choice((one.ctl, one.ctl + 1, LARGEST))
    kind = random.below(5)
    if kind == 0:
        frame = encode(wire.GRANT, *epochs, ctl, random.choice((4, seq, LARGEST)), 8, [random.choice((0, 0, seq))])
    elif kind == 1:
        payloads = random.choice((1, 65536, [b"\x07"] * random.below(9), [b"\x00"]))
        frame = encode(wire.RESULTS, *epochs, ctl, seq, 8, [(min(seq, LARGEST - 65536), random.below(7), payloads)])
    elif kind == 2:
        frame = encode(wire.ITEMS, *epochs, [(seq, random.below(9), [b"\x07"], True)])
    elif kind == 3:
        frame = encode(wire.NACK, epochs[1], 0, 0, random.below(4), random.choice((0, one.producer_epoch + 1, LARGEST)))
    else:
        frame = encode(wire.BYE, random.choice((1, LARGEST)))
    return "i/node-1/", frame


LARGEST = (1 << 63) - 1


def test_nodes_that_cheat_do_no_harm_to_who_asks_them():
    random = Random(20261)
    n = made()
    n.send = lambda to, kind, *fields: frames.decode(encode(kind, *fields))  # whatever they say, what it sends is right
    names = ["n%d" % i for i in range(20)]
    most = lives = ended = 0
    for count in range(THROWN // 16):
        name = random.choice(names)
        where, frame = a_cheat(n, random, name)
        if random.below(50) == 0:
            where, name, frame = "p/", "node-1", a_status("node-1", random.choice((1, n.epoch, n.epoch + 1, LARGEST)), random.below(3))
        topic = "broccoli/c/" + where + name
        try:
            n._received(topic, frame, random.below(2))
        except MqttError:  # another life of it is known: it connects anew
            lives += 1
        while len(n.cluster.pending) < 4:
            n.cluster.pending.append(cluster.Errand([(random.choice(("add", "mul")), (1,), None, False)], None, None))
        before = len(n.cluster.pending)
        n.cluster.send()
        ended += before > len(n.cluster.pending)
        for each in n.cluster.nodes.values():
            one = each.link
            if one:
                most = max(most, len(one.open))
                one.tick()
                assert one.voids == len([s for s in one.open.values() if isinstance(s.element, int)]), count
        del n.control_out[:]
        del n.ready[:]
        if count % 100 == 99:
            yield
    assert most <= link.MOST_CREDIT, most
    assert lives and ended and 0 < n.epoch < 1 << 38, (lives, ended, n.epoch)


def test_topics_that_nobody_should_use_do_no_harm():
    n = made()
    for topic in ("", "broccoli/c/", "broccoli/c/i/", "broccoli/c/i/node-1", "broccoli/c/i/node-1/", "broccoli/c/p/", "x/y/z", "broccoli/c/i/node-1/a/b"):
        n._received(topic, b"\x92\x18\x05", 0)
        n._received(topic, b"", 1)
    assert n.ledger.accounts == {}
