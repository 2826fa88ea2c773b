"""New settings over the air. Loaded when some come, and at the start of a board that has some.

    deploy.configure(sealed, challenge, mac)   the MAC (deploy.py) is of the challenge and the SHA-256 of `sealed`, both in hex
    deploy.confirm(challenge, mac)             of the challenge; with the new key, if there is one

`sealed` is a nonce of 16 bytes and a text. The text is XORed with blocks, each the HMAC-SHA256 of the nonce and its number (4 bytes); their
key is the HMAC of "seal", the board's name and the challenge in hex, a line each. The text is the seconds of the trial, the new `deploy_key` or
nothing, a line each, and JSON: what takes the place of settings of config.py. What it does not name stays; null brings back what config.py says.

The board restarts. That life is the trial: if they are not confirmed in time, or it ends before, the next life has the older settings. Files
are a list in JSON. They change their state by being renamed, so the power may fail at any time:

    settings         [challenge, seconds, settings] that are in use
    settings.trial   that the next life tries
    settings.tried   that this life tries, or one did that ended
    settings.why     [challenge, why] of those that were given up last
"""

import asyncio
import json
import os
import sys

from broccoli.compat import port, seldom, since, ticks_ms

_NONCE = 16
_LONGEST_TRIAL = 3600  # s
_FIXED = ("name", "cluster", "flash", "files", "trial", "deploy_key")  # by cable, or with a line of their own
_OPTIONAL = ("ssid", "key", "networks", "address", "hostname", "power_save", "ntp")  # beside those that boot.py knows
_LOOK = 0.2  # s


class Refused(Exception):
    pass


# ---- on the flash


def _read(path, kind=dict):
    """The list of a file, that begins with a challenge and ends with something of that kind; None if there is none, or it cannot be read."""
    try:
        with open(path) as file:
            content = json.loads(file.read())
        given, *numbers, last = content  # older firmware had a counter there
        known = isinstance(content, list) and isinstance(given, (int, str)) and all([isinstance(each, int) for each in numbers])
        return content if known and isinstance(last, kind) else None
    except (OSError, ValueError, TypeError):
        return None


def _write(path, content):
    with open(path + ".new", "w") as file:
        file.write(json.dumps(content))
    os.rename(path + ".new", path)


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it is not there


def overlay(config, files, begins):
    """Puts what came over the air in the place of what config.py says."""
    path = config["flash"] + "settings"
    used = _read(path)
    if used is None and "settings" in files:
        print("the settings that came over the air cannot be read, those of config.py are used")
    if begins and "settings.trial.new" in files:
        _remove(path + ".trial.new")
    if begins and "settings.tried" in files:
        tried = _read(path + ".tried")
        give_up(path, tried, "the board restarted (%s) before they were confirmed" % port.cause())
    elif begins and "settings.trial" in files:
        os.rename(path + ".trial", path + ".tried")  # so the next life has the older ones
        tried = _read(path + ".tried")
        if tried:
            used = tried
            config["trial"] = tried[:2]
    if used:
        config.update(used[-1])


def give_up(path, tried, why):
    if tried:
        known = _read(path + ".why", str)
        if known and known[0] == tried[0]:  # it was the power that failed afterwards
            why = known[1]
        print("the new settings are given up:", why)
        try:
            _write(path + ".why", [tried[0], why])
        except OSError as error:
            print("why cannot be noted:", error)
    _remove(path + ".tried")


# ---- what comes


def wanted(node, seal, sealed, challenge):
    """Opens them: [challenge, seconds, all that is in the place of config.py's settings]. Refuses what could not be a configuration."""
    config = node.config
    if "trial" in config:
        raise Refused("other settings are on trial")
    try:
        within, new_key, text = _unseal(node.name, seal, sealed, challenge).decode().split("\n", 2)
        within = int(within)
        changes = json.loads(text)
    except (ValueError, UnicodeError) as error:
        raise Refused("the settings cannot be read: " + str(error))
    if not 0 < within <= _LONGEST_TRIAL:
        raise Refused("a trial takes 1 to %d s, not %d" % (_LONGEST_TRIAL, within))
    if not isinstance(changes, dict):
        raise Refused("settings are names and values")
    base = getattr(sys.modules.get("config"), "CONFIG", config)
    known = seldom("boot").DEFAULTS
    for each in changes:
        if each in _FIXED:
            raise Refused("%s cannot be changed with the settings" % each)
        if each not in known and each not in _OPTIONAL and each != "broker" and each not in base:
            raise Refused("no setting is called %s" % each)
    used = _read(config["flash"] + "settings")
    settings = used[-1] if used else {}
    settings.update(changes)
    if new_key:
        settings["deploy_key"] = new_key
    settings = {each: value for each, value in settings.items() if value is not None}
    result = dict(known)
    result.update(base)
    result.update(settings)
    if result.get("networks") and ("ssid" in changes or "key" in changes) and "networks" not in changes:
        raise Refused("the board has networks, which take the place of ssid and key: change these")
    try:
        seldom("names").check(result)
    except Exception as error:
        raise Refused(str(error).replace("config.py, ", ""))
    return [challenge, within, settings]


def _unseal(name, seal, sealed, challenge):
    key = seal(None, ("seal\n%s\n%s" % (name, challenge)).encode())
    nonce = bytes(sealed[:_NONCE])
    text = bytearray(sealed[_NONCE:])
    for at in range(0, len(text), 32):
        block = seal(key, nonce + (at // 32).to_bytes(4, "big"))
        for i in range(at, min(at + 32, len(text))):
            text[i] ^= block[i - at]
    return bytes(text)


def begin(node, trial):
    """Puts them on trial. Who sent them hears that before the board restarts."""
    path = node.config["flash"] + "settings"
    _remove(path + ".why")
    _write(path + ".trial", trial)
    asyncio.create_task(_restart(node))
    return trial[1]


async def _restart(node):
    print("it restarts, to try new settings")
    try:
        await seldom("leaving").drain(node)
    finally:
        port.reset()


class Trial:
    """Of the settings that this life of a board has."""

    def __init__(self, node):
        self.node = node
        self.heard = ""  # why there is no connection
        self.challenge, self.within = node.config["trial"]
        self.path = node.config["flash"] + "settings"
        node.trial = self
        asyncio.create_task(self._watch(ticks_ms()))

    async def _watch(self, began):
        try:
            while since(began, ticks_ms()) < 1000 * self.within:
                await asyncio.sleep(_LOOK)
                if "trial" not in self.node.config:
                    return  # they were confirmed
            give_up(self.path, [self.challenge], self._why() + " within %d s" % self.within)
        except Exception as error:  # of memory, perhaps; the next life gives them up
            print("the trial ends:", type(error).__name__, error)
        port.reset()

    def _why(self):
        if self.node.mqtt.up:
            return "a broker was reached, but nobody confirmed them"
        return "no broker was reached" + (" (" + self.heard + ")" if self.heard else ", nor a network")

    def confirmed(self):
        os.rename(self.path + ".tried", self.path)
        del self.node.config["trial"]
        self.node.trial = None
        print("the new settings are confirmed")


def confirm(deployer, challenge, mac):
    """True if they are in use, False if their trial has not begun. Whoever cannot sign it may hear what became of them."""
    config = deployer.node.config
    path = config["flash"] + "settings"
    if "trial" in config and config["trial"][0] == challenge:
        deployer.check(mac, "deploy.confirm", challenge)
        deployer.node.trial.confirmed()
        return True
    used, next_one, given_up = _read(path), _read(path + ".trial"), _read(path + ".why", str)
    if used and used[0] == challenge:
        return True
    if next_one and next_one[0] == challenge:
        return False
    if given_up and given_up[0] == challenge:
        raise Refused("the board has its older settings again: " + given_up[1])
    raise Refused("the board has its older settings; the new ones did not come")
