"""Before a board sleeps, or is switched off. Loaded when it is asked to."""

import asyncio

from broccoli import node as nodes
from broccoli import wire
from broccoli.compat import since, ticks_ms

_LOOK = 0.02  # s


def drain(node=None, patience_ms=10000):
    """Takes nothing more, hands back what has not begun, and finishes what runs. Whoever awaits it may switch the board off afterwards:
    True if the broker has all answers, and that this node is gone; False if that took longer than the patience. A task that awaits it
    waits for itself.
    """
    node = node or nodes.current
    node.state = wire.DRAINING
    give_back(node.ledger)
    node.announce()
    node.wake.set()
    return asyncio.create_task(_gone(node, patience_ms))


async def _gone(node, patience_ms):
    began = ticks_ms()
    while True:
        if node.state == wire.DRAINING and node.mqtt.up and _told(node):
            node.state = wire.GONE
            node.announce()  # what went out before it is there when this is acknowledged
        elif node.state == wire.GONE and node.mqtt.up and not node.mqtt.unacked:
            return True
        if since(began, ticks_ms()) >= patience_ms:
            return False
        await asyncio.sleep(_LOOK)


def _told(node):
    for account in node.ledger.accounts.values():
        if account.held or account.answers:
            return False
    return not node.ready and not node.control_out


def give_back(ledger):
    """Queued tasks and streams that may begin again elsewhere; what else runs, finishes. Nothing is dealt or taken any more."""
    ledger.draining = True
    for account in ledger.accounts.values():
        for seq in sorted(account.held):
            job = account.held[seq]
            movable = job.items is not None and job.items.replayable
            if ledger.host.withdraw(job, movable):
                ledger.leaves(job)
            elif not movable:
                continue  # what runs finishes
            del account.held[seq]
            if movable:
                ledger._outcome(account, seq, wire.ABORTED, None)
            else:
                ledger.returned(account, seq, wire.LEAVING)
