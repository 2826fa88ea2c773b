"""New functions while a board runs: a file comes in chunks, is checked, written, imported, and takes the place of its older version.

The steps are tasks, so they come over the same credits as all others; they are offered only where `deploy_key` is set:

    deploy.begin(mac)                                           -> a challenge of 16 bytes, for one file or removal, good for half a minute at least
    deploy.open(name, version, size, sha256, challenge, mac)    -> the number of the transfer
    deploy.chunk(transfer, offset, data, mac)                   repeated ones are ignored, a gap is refused
    deploy.commit(transfer, mac)                                -> names of the tasks; or fails, and the older version goes on
    deploy.remove(name, challenge, mac)
    deploy.modules()                                            -> {name: version}, of those that were deployed; not signed
    deploy.configure(sealed, challenge, mac)                    new settings, on trial (configuring.py)
    deploy.confirm(challenge, mac)                              they are good

A MAC is the HMAC-SHA256 of text, a line each: the name of the task, the cluster, the board's name, and

    of begin             nothing more
    of open and commit   the challenge, name, version, size, SHA-256; bytes in hex
    of chunk             these five, offset, the SHA-256 of the chunk
    of remove            the challenge, name

So nothing can be sent again, nor to another board or cluster, and no step is of use to who does not have the key. No clock and no counter is
needed. What is stored has a MAC of its own: of name, version and SHA-256, by a key that is the HMAC of
"deploy.store" and the board's name. There is no sandbox: who holds the key owns the board.

What the steps take (deploying.py) is loaded for as long as a file is on its way.
"""

import asyncio

from broccoli import node as nodes
from broccoli.compat import seldom


def offer(node):
    """The steps. Gives who loads what was deployed before."""
    node.challenge = None  # for who deploys, and when it was made
    deployer = seldom("deploying").Deployer(node)
    steps = ["begin", "open", "chunk", "commit", "remove", "modules", "configure", "confirm"]
    seldom("loading").take(node.registry, [(_step(each), "deploy." + each, None, False, True) for each in steps], "broccoli.deploy", "")
    asyncio.create_task(_beat(node))
    return deployer


async def _beat(node):
    while True:
        await asyncio.sleep(10)
        if node.deployer:
            node.deployer.beat()


def _step(name):
    def step(*args):
        node = nodes.current  # what each step has of its own takes memory six times
        return getattr(node.deployer or seldom("deploying").Deployer(node), name)(*args)

    return step
