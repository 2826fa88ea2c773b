"""New functions while a board runs: a file comes in chunks, is checked, written, imported, and takes the place of its older version.

The steps are tasks, so they come over the same credits as all others; they are offered only where `deploy_key` is set:

    deploy.begin(name, version, size, sha256, counter, mac)     the MAC covers what comes before it
    deploy.chunk(offset, data)                                  repeated ones are ignored, a gap is refused
    deploy.commit(counter)                                      of that beginning -> names of the tasks; or fails, and the older version goes on
    deploy.remove(name, counter, mac)
    deploy.modules()                                            -> {name: version}, of those that were deployed
    deploy.configure(sealed, counter, mac)                      new settings, on trial (configuring.py)
    deploy.commit(counter, mac)                                 they are good

A MAC is the HMAC-SHA256 of the fields as text, a line each: "begin", the board's name, name, version, size, SHA-256 in hex, counter. The counter
grows with each deployment, so that an old one cannot be sent again, nor one for another board. There is no sandbox: who holds the key owns the board.

What the steps take (deploying.py) is loaded for as long as a file is on its way.
"""

from broccoli import node as nodes
from broccoli.compat import seldom


def offer(node):
    """The steps. Gives who loads what was deployed before."""
    deployer = seldom("deploying").Deployer(node)
    steps = ["begin", "chunk", "commit", "remove", "modules", "configure"]
    seldom("loading").take(node.registry, [(_step(each), "deploy." + each, None, False, True) for each in steps], "broccoli.deploy", "")
    return deployer


def _step(name):
    def step(*args):
        node = nodes.current  # what each step has of its own takes memory six times
        return getattr(node.deployer or seldom("deploying").Deployer(node), name)(*args)

    return step
