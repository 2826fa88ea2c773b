"""What a board can do in the quickstart: the energy of an earthquake, as the nodes on a JVM work it out."""

from asyncio import sleep

from broccoli import task


@task
async def energy(quake):
    await sleep(0.04)  # what a node takes for an earthquake there
    return {"quake": quake, "joules": 10 ** (1.5 * quake["magnitude"] + 4.8)}
