"""What a board runs when it starts. Its settings are in config.py."""

import asyncio
import sys

if sys.implementation.name == "micropython":
    import micropython

    micropython.opt_level(3)  # the firmware without line numbers takes a few kilobytes less
    from broccoli.node import Node

    micropython.opt_level(0)
else:
    from broccoli.node import Node

from config import CONFIG

asyncio.run(Node(CONFIG).run())
