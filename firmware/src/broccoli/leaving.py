"""Before a board sleeps, or is switched off. Loaded when it is asked to."""

from broccoli import wire


def drain(node):
    """Takes nothing more, hands back what has not begun, and finishes what runs."""
    node.state = wire.DRAINING
    give_back(node.ledger)
    node.announce()
    node.wake.set()


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
