"""Joins a Wi-Fi, one of those that config.py names. Loaded when there is none, or when no broker answers through it."""

import asyncio

_LOOK = 1000  # ms
_PATIENCE = 30  # looks until the radio is switched off and on
_SHORT_PATIENCE = 15  # and until the next Wi-Fi has its turn, where there are several


def several(config):
    """(SSID, password) of each, in their order."""
    return config.get("networks") or [(config["ssid"], config["key"])]


async def join(wlan, config, number):
    """Begins with that number, goes on until one is there, and returns its number."""
    networks = several(config)
    patience = _PATIENCE if len(networks) == 1 else _SHORT_PATIENCE
    while True:
        number %= len(networks)
        wlan.active(False)
        await asyncio.sleep_ms(100)
        wlan.active(True)
        wlan.connect(*networks[number])
        for _ in range(patience):
            await asyncio.sleep_ms(_LOOK)
            if wlan.isconnected():
                return number
        if len(networks) > 1:
            print("no Wi-Fi:", networks[number][0])
        number += 1
