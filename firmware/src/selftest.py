"""Tries whatever a board needs to be a node, a line for each, and ends with a verdict.

    mpremote run selftest.py       on a board that has the firmware and its config.py; nothing else runs meanwhile
    python3 selftest.py            on a PC; its exit status is 0 if all is well

It takes the board's name at the broker. What it leaves behind is nothing.
"""

import asyncio
import os
import sys

from broccoli import mqtt, node
from broccoli.boot import settings
from broccoli.compat import FLOAT, port, seldom, ticks_diff, ticks_ms, trace
from broccoli.msgpack import packb, unpack
from broccoli.runner import Job, Runner
from broccoli.tasks import Registry, Task
from config import CONFIG

LEAST_HEAP = 2 * node.FLOOR  # bytes that must be free beside the firmware: below the floor it gives tasks back
FLASH_BYTES = 4096
BUFFER_BYTES = 2304  # for what comes in, as a node has
ROUND_TRIPS = 20
PATIENCE = 40  # s for Wi-Fi, and for the broker
WATCHDOG = 600000  # ms; one that the firmware started cannot be stopped, and would reset the board meanwhile


class SelfTest:
    def __init__(self, config):
        self.config = settings(config)
        self.client = None
        self.echo = None  # (payload that is awaited, the event of its arrival)

    async def run(self):
        """Prints the verdict, and returns the names of what failed."""
        if self.config["watchdog"]:
            port.watchdog(WATCHDOG)
        failed = []
        steps = (
            ("config", self.configuration, ()),
            ("heap", self.heap, ()),
            ("flash", self.flash, ()),
            ("tasks", self.tasks, ()),
            ("task", self.task, ()),
            ("network", self.network, ("config",)),
            ("broker", self.broker, ("config", "network")),
            ("message", self.message, ("config", "network", "broker")),
        )
        for name, step, needs in steps:
            missing = [each for each in needs if each in failed]
            if missing:
                failed.append(name)
                print("     %-8s not tried: %s failed" % (name, missing[-1]))
                continue
            try:
                said = step()
                if not isinstance(said, str):
                    said = await said
                print("ok   %-8s %s" % (name, said))
            except asyncio.TimeoutError:
                failed.append(name)
                print("FAIL %-8s nothing happened for %d s" % (name, PATIENCE))
            except Exception as error:
                failed.append(name)
                print("FAIL %-8s %s: %s" % (name, type(error).__name__, error))
        if self.client:
            if self.client.conn:
                self.client.conn.write(b"\xe0\x00")  # else the broker takes its end for an accident
            self.client.drop()
        print("verdict: " + ("failed: " + ", ".join(failed) if failed else "good"))
        return failed

    def configuration(self):
        c = self.config
        seldom("names").check(c)
        tls = seldom("connecting").tls(c)
        tls = "" if tls is None or tls is False else " over TLS"
        brokers = ", ".join(["%s:%d" % each for each in seldom("connecting").listed(c)])
        return "%s in cluster %s, at %s%s" % (c["name"], c["cluster"], brokers, tls)

    def heap(self):
        free = port.free(1 << 30)
        if free < LEAST_HEAP:
            raise MemoryError("%d bytes are free, and it takes %d" % (free, LEAST_HEAP))
        precision = "double" if FLOAT == ">d" else "single"
        return "%d KB free; %s %s, floats of %s precision" % (free >> 10, sys.implementation.name, sys.platform, precision)

    def flash(self):
        path = self.config["flash"] + "selftest.new"
        data = bytes([i * 7 & 255 for i in range(256)]) * (FLASH_BYTES // 256)
        since = ticks_ms()
        try:
            with open(path, "wb") as file:
                file.write(data)
            with open(path, "rb") as file:
                if file.read() != data:
                    raise OSError("what was read is not what was written")
        finally:
            try:
                os.remove(path)
            except OSError:
                pass  # it could not be made
        return "%d bytes written and read in %d ms" % (FLASH_BYTES, ticks_diff(ticks_ms(), since))

    def tasks(self):
        registry = Registry()
        names = []
        for module in self.config["modules"]:
            try:
                names += registry.load(module)
            except Exception as error:
                print(trace(error))
                raise ValueError("the tasks of %s: %s" % (module, error))
        return ", ".join(names)

    async def task(self):
        """As a task comes: as bytes, by its number."""
        registry = Registry()
        registry.by_number[1] = Task(1, "selftest", lambda x, y: x + y, None, False, True, "selftest")
        outcomes = []
        runner = Runner(registry, 1, None, lambda text: None, [])
        since = ticks_ms()
        await runner.run(Job(None, 1, 1, packb([1, 19, 23]), since), lambda job, status, payload: outcomes.append(unpack(payload)))
        if outcomes != [42]:
            raise ValueError("19 + 23 is %s here" % outcomes)
        return "19 + 23 = 42, in %d ms" % ticks_diff(ticks_ms(), since)

    async def network(self):
        since = ticks_ms()
        await asyncio.wait_for(port.join(self.config), PATIENCE)
        return "there, after %d ms" % ticks_diff(ticks_ms(), since)

    async def broker(self):
        """The first that answers; the others may be down, which is what they are for."""
        c = self.config
        self.topic = "broccoli/%s/i/%s/%s" % (c["cluster"], c["name"], c["name"])  # it may send itself frames, whatever the broker's rules
        brokers = seldom("connecting").listed(c)
        for host, port in brokers:
            try:
                said = await self.connect(host, port)
                return said if len(brokers) == 1 else "%s:%d %s" % (host, port, said)
            except Exception as error:
                if (host, port) == brokers[-1]:
                    raise
                print("     broker   %s:%d: %s: %s" % (host, port, type(error).__name__, error))

    async def connect(self, host, port):
        c = self.config
        self.client = mqtt.Client(c["cluster"] + ":" + c["name"], self._received, BUFFER_BYTES)
        ready = asyncio.Event()
        ended = []

        async def live():
            try:
                tls = seldom("connecting").tls(c)
                await self.client.run(host, port, tls, c["user"], c["password"], None, lambda: ((self.topic, 0),), ready.set)
            except Exception as error:
                ended.append(error)
            ready.set()

        since = ticks_ms()
        asyncio.create_task(live())
        await asyncio.wait_for(ready.wait(), PATIENCE)
        if ended:
            raise ended[0]
        return "connected and subscribed, after %d ms" % ticks_diff(ticks_ms(), since)

    async def message(self):
        times = []
        for i in range(ROUND_TRIPS):
            self.echo = (b"selftest %d" % i, asyncio.Event())
            since = ticks_ms()
            self.client.publish(self.topic, self.echo[0])
            await self.client.drain()
            await asyncio.wait_for(self.echo[1].wait(), PATIENCE)
            times.append(ticks_diff(ticks_ms(), since))
        times.sort()
        return "%d sent and received, %d ms there and back (median; at most %d)" % (ROUND_TRIPS, times[ROUND_TRIPS // 2], times[-1])

    def _received(self, topic, payload, retained):
        if bytes(payload) == self.echo[0]:
            self.echo[1].set()


failed = asyncio.run(SelfTest(CONFIG).run())
if sys.implementation.name == "cpython" and failed:
    sys.exit(1)
