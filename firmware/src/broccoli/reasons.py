"""Why a call of this board has no outcome: what is so now, for whoever reads the failure. Loaded when there is one."""

from broccoli.compat import since

_NAMED = 4  # nodes


def missing(cluster, errand, able):
    """No node has offered it for a while; or those that did, do not answer."""
    tasks = ", ".join([each[0] for each in errand.steps])
    if not able:
        return "No node offers " + tasks + _situation(cluster)
    return "No node that answers offers %s: %s%s" % (tasks, _each(able), _situation(cluster))


def late(cluster, errand, now):
    why = "No outcome within %d ms: " % errand.timeout
    if errand.peer:
        sent = errand.peer.link.open.get(errand.seq)
        if sent is not None and sent.seen:
            why += "node %s has the task and did not answer" % errand.peer.name
        else:
            ago = since(sent.at, now) if sent is not None else 0
            why += "the task was sent to node %s %d ms ago, which did not say that it has it" % (errand.peer.name, ago)
    else:
        able = [each for each in cluster.nodes.values() if errand.on in (None, each.name) and cluster._offers(each, errand.steps)]
        why += _each(able) if able else "no node offers " + ", ".join([each[0] for each in errand.steps])
    return why + _situation(cluster)


def _each(peers):
    said = []
    for peer in peers[:_NAMED]:
        silent = peer.link and peer.link.silent
        said.append("node %s %s" % (peer.name, "was asked for room and has not answered" if silent else "had no room for it"))
    return ", ".join(said) + (", and %d more" % (len(peers) - _NAMED) if len(peers) > _NAMED else "")


def _situation(cluster):
    return "" if cluster.node.mqtt.up else "; this board has no connection to its broker"
