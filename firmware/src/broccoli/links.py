"""A ledger's links: how they are numbered, and when credit that lies unused is taken from them. Loaded with the first one.

The same as Accounts and Share on the Java side; which link has the fewest places, the ledger knows.
"""

from broccoli import wire
from broccoli.compat import since
from broccoli.ledger import Account

_MAX_LINKS = 16
_PATIENCE = 2000  # ms that credit may lie unused where others need it
_MOST_PATIENCE = 8000  # the same, of a producer that is slow
_REANNOUNCE = 1000


class Share:
    """What one producer has of a node's places, over all its links: what runs on of a former one counts."""

    def __init__(self):
        self.patience = _PATIENCE
        self.held = self.fenced = 0  # places; and the link that was fenced last, until a task of it comes late
        self.dealt = 0  # when it was last dealt a place, or first wanted one, counted in both
        self.fresh = False  # it got credit when it had none, since this was last looked at
        self.used = None  # when a task came, since this was last looked at
        self.idle = None  # since when others need the credit that it does not use


def open(ledger, sender, account, producer_epoch, link_epoch, now):
    """The account of a new link, in the place of the one that there is; None if it is refused."""
    number = _number(ledger, sender, producer_epoch, link_epoch, account)
    if not number:
        return None
    share = account.share if account else ledger.shares.get(sender) or Share()
    if account:
        ledger.fence(account, False)
    return _begin(ledger, sender, share, producer_epoch, number, now)


def _begin(ledger, sender, share, producer_epoch, link_epoch, now):
    ledger.shares[sender] = share
    account = ledger.accounts[sender] = Account(sender, share, producer_epoch, link_epoch, now)
    ledger.begun += 1
    account.begun = ledger.begun
    return account


def _number(ledger, sender, epoch, link_epoch, account):
    """The epoch of a new link, or 0 if it is refused."""
    new = ledger.newest
    current = 0
    former = [each[1:] for each in ledger.departed if each[0] == sender]
    if account:
        former = [(account.producer_epoch, account.link_epoch)]
    if former:
        current, last = former[-1]
        # frames tell lives of a producer apart; late ones of a former link must be told by its number
        new = last if epoch > current else max(new, last + 1)
    if epoch >= current or not former:
        if new <= ledger.newest + 1 and (account or len(ledger.accounts) < _MAX_LINKS):
            return new
        current = 0
    ledger.host.control(sender, wire.NACK, link_epoch, 0, 0, wire.BUSY if not current else wire.STALE_PRODUCER, current)
    return 0


def depart(ledger, account, epoch):
    """Its producer said BYE in this epoch: a late frame of it must not open a link that can be confused with this one."""
    ledger.fence(account, True)
    ledger.departed = ledger.departed[1 - _MAX_LINKS :] + [(account.producer, epoch, account.link_epoch)]
    ledger.deal()


def came_late(account, link_epoch):
    """Tasks of another link came: if it was fenced, its producer is only slow, and gets more time."""
    if account and account.share.fenced and account.share.fenced == link_epoch:
        account.share.fenced = 0
        account.share.patience = min(_MOST_PATIENCE, 2 * account.share.patience)


def look(ledger, now):
    for account in sorted(ledger.accounts.values(), key=lambda each: each.begun):  # a dict has no order
        _look(ledger, account, now)


def _look(ledger, account, now):
    """Credit that others need and of which no task comes for a while serves them: the link is fenced, and another one begins."""
    share = account.share
    if not account.unused() or ledger.free() > 0 or not _is_needed_by_others(ledger, account):
        share.idle = None
        return
    if share.idle is None or share.fresh:
        share.idle = now
    elif share.used is not None:
        share.idle = share.used
    share.fresh = False
    share.used = None
    idle = since(share.idle, now)
    number = max(ledger.newest, account.link_epoch + 1)
    if idle >= share.patience and number <= ledger.newest + 1:
        ledger.fence(account, False)
        share.fenced = account.link_epoch
        share.idle = None
        new = _begin(ledger, account.producer, share, account.producer_epoch, number, now)
        new.ctl, new.want, new.max_frame, new.weight = account.ctl, account.want, account.max_frame, account.weight
        ledger.fences += 1
        ledger.grant(new)
        ledger.deal()
    elif idle >= _REANNOUNCE:
        ledger.grant(account)  # it learns that nothing is free: who keeps to the protocol gives back what it does not use


def _is_needed_by_others(ledger, account):
    for each in ledger.accounts.values():
        if each is not account and ledger.need(each) > 0:
            return True
    return False
