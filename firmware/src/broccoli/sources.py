"""Marks functions that read sensors. Loaded when there is one."""

from broccoli.tasks import _found


def source(function=None, name=None, every_ms=1000, policy="latest"):
    if policy not in ("latest", "drop_oldest", "slow"):
        raise ValueError("a policy is latest, drop_oldest or slow, and not " + str(policy))

    def mark(read):
        feed = "feed:" + (name or read.__name__)

        def subscribe(epoch=0, sequence=0, view=None):
            from broccoli import feeds

            return feeds.subscribe(feed, read, every_ms, policy, epoch, sequence, view)

        _found.append((subscribe, feed, "epoch= sequence= view=", False, True))
        return read

    return mark if function is None else mark(function)
