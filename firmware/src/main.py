"""What a board runs when it starts. Its settings are in config.py."""

import asyncio

from broccoli.node import Node
from config import CONFIG

asyncio.run(Node(CONFIG).run())
