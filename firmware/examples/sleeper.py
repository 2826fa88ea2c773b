"""A board on a battery: it measures, has a node of the cluster keep the reading, and sleeps until the next one is due.

Deep sleep ends the program: with each reading a new life begins, which config.py gives this module. Whoever keeps the readings has a task
`keep(name, reading)`.
"""

import asyncio
from time import ticks_diff, ticks_ms

from machine import ADC, Pin, deepsleep

from broccoli import cluster, node, task

EVERY = 600000  # ms
AWAKE = 30000  # ms at most until somebody has kept the reading; a battery cannot wait for a broker
PIN = 34

_sensor = ADC(Pin(PIN))
_awake = 0  # ms for which it was asked to stay awake


@task
def stay_awake(seconds):
    """For whoever wants to deploy a module, or to look at the board: call it until the board is there."""
    global _awake
    _awake = seconds * 1000
    return node.current.name


async def live():
    began = ticks_ms()
    try:
        await asyncio.wait_for(cluster.call("keep", node.current.name, _sensor.read_u16()), AWAKE / 1000)
    except (asyncio.TimeoutError, cluster.TaskError) as error:
        print("nobody kept the reading:", error)
    while ticks_diff(ticks_ms(), began) < _awake:
        await asyncio.sleep(1)
    from broccoli import leaving  # needed once, and then memory is free anyway

    await leaving.drain()
    deepsleep(max(1000, EVERY - ticks_diff(ticks_ms(), began)))


asyncio.create_task(live())
