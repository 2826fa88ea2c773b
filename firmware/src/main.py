"""What a board runs when it starts. Its settings are in config.py."""

import asyncio
import sys

try:
    if sys.implementation.name == "micropython":
        import gc

        import micropython

        gc.threshold(16384)  # else garbage fills all of the heap before it is collected, and what stays leaves it in pieces
        micropython.opt_level(3)  # the firmware without line numbers takes a few kilobytes less
        from broccoli.node import Node

        micropython.opt_level(0)
    else:
        from broccoli.node import Node

    from config import CONFIG

    asyncio.run(Node(CONFIG).run())
except Exception as error:
    if sys.platform not in ("esp32", "webassembly"):
        raise
    import time

    sys.print_exception(error)
    print("it restarts in 10 s")  # nobody is there to do it; who is, can stop it until then
    time.sleep(10)
    try:
        from broccoli.compat import port

        port.reset()
    except Exception:
        import machine

        machine.reset()
