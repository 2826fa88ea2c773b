"""Random and mutated frames thrown at a node, which is never to fail, nor to hold more than it has room for."""

import asyncio
from binascii import unhexlify

from broccoli import cluster, frames, node, wire
from support import Random, golden

THROWN = 100000
CONFIG = {"name": "node-1", "cluster": "c", "broker": "x", "modules": (), "flash": "/tmp/", "watchdog": 0}


def made():
    """A node that no network and no loop moves: only what it does with frames."""
    asyncio.create_task = lambda coroutine: coroutine.close()
    made = node.Node(CONFIG)
    made.registry.load("tasks")
    made.mqtt.up = True
    made.mqtt._write = lambda data: None
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
                frame = frames.encode(wire.TASKS, *epochs, first, 0, bodies)
            elif random.below(2):
                frame = frames.encode(wire.POLL, *epochs, 256 + random.below(2000), 0, [random.below(99) for _ in range(3)], [])
            else:
                floor = random.below(max(1, account.limit))
                frame = frames.encode(wire.CANCEL, *epochs, [floor, floor + 2, floor + 2 + random.below(40)])
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


def test_topics_that_nobody_should_use_do_no_harm():
    n = made()
    for topic in ("", "broccoli/c/", "broccoli/c/i/", "broccoli/c/i/node-1", "broccoli/c/i/node-1/", "broccoli/c/p/", "x/y/z", "broccoli/c/i/node-1/a/b"):
        n._received(topic, b"\x92\x18\x05", 0)
        n._received(topic, b"", 1)
    assert n.ledger.accounts == {}
