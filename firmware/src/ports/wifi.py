"""Joins a Wi-Fi, one of those that config.py names. Loaded when there is none, or when no broker answers through it."""

import asyncio

import network

_LOOK = 1000  # ms
_PATIENCE = 30  # looks until the radio is switched off and on
_SHORT_PATIENCE = 15  # and until the next Wi-Fi has its turn, where there are several


def several(config):
    """SSID, password and, where it is static, address of each, in their order."""
    return config.get("networks") or [(config["ssid"], config["key"], config.get("address"))]


async def join(wlan, config, number):
    """Begins with that number, goes on until one is there, and returns its number."""
    networks = several(config)
    moved = any([len(each) > 2 and each[2] for each in networks])
    patience = _PATIENCE if len(networks) == 1 else _SHORT_PATIENCE
    while True:
        number %= len(networks)
        ssid, key, *rest = networks[number]
        wlan.active(False)
        await asyncio.sleep_ms(100)
        if config.get("hostname"):
            network.hostname(config["hostname"])
        wlan.active(True)
        if config.get("power_save"):
            wlan.config(pm=getattr(wlan, "PM_" + config["power_save"].upper()))
        if moved:
            _address(wlan, rest[0] if rest else None)
        wlan.connect(ssid, key)
        for _ in range(patience):
            await asyncio.sleep_ms(_LOOK)
            if wlan.isconnected():
                return number
        if len(networks) > 1:
            print("no Wi-Fi:", ssid)
        number += 1


def _address(wlan, static):
    """(Address, mask, gateway, name server); without them one is asked for."""
    try:
        wlan.ifconfig(tuple(static) if static else "dhcp")
    except OSError:
        if static:
            raise
        # it asks for one already
