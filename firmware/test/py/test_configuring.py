"""New settings, on a flash that is played: its power fails at each step, in turn."""

import json
import sys
from binascii import hexlify
from hashlib import sha256

from broccoli import boot, configuring, deploying
from flash import Flash, PowerCut
from support import raises

KEY = b"a key"
OLDER = {"settings": json.dumps([3, 60, {"queue": 4}])}
BASE = {"name": "b", "cluster": "c", "broker": "x", "queue": 8, "deploy_key": KEY}


class NoLoop:
    create_task = staticmethod(lambda work: work.close())  # lives end when a test says so


sys.modules.pop("config", None)  # of the board that runs this
configuring.asyncio = NoLoop
configuring.print = lambda *said: None
boot_seldom = boot.seldom


def seldom(name):
    return configuring if name == "configuring" else boot_seldom(name)


class Mqtt:
    up = True


class Life:
    """Of a board, from its start: with the settings that it has."""

    class registry:
        by_number = {}

    mqtt = Mqtt
    name = "b"
    deployer = challenge = None

    def __init__(self, flash):
        for module in (boot, configuring, deploying):
            module.os = flash
            module.open = flash.open
        boot.seldom = deploying.seldom = seldom
        try:
            self.config = boot.settings(BASE, True)
        finally:
            boot.seldom = boot_seldom
        if "trial" in self.config:
            configuring.Trial(self)
        deploying.Deployer(self)

    def step(self, name, *args):
        return getattr(deploying.Deployer(self), name)(*args)


def given(number):
    """The challenge that the board gave."""
    return b"challenge %06d" % number


def hexed(data):
    return hexlify(data).decode()


def mac(task, *fields):
    lines = ("deploy." + task, "c", "b") + fields
    return deploying.hmac(KEY, "\n".join([str(each) for each in lines]).encode())


def sealed(text, challenge, nonce=bytes(16)):
    """As whoever has the key seals it: what opens it also closes it."""
    return nonce + configuring._unseal("b", lambda key, each: deploying.hmac(key or KEY, each), nonce + text.encode(), hexed(challenge))


def send(life, settings, number):
    life.challenge = given(number), deploying.ticks_ms()
    send_again(life, settings, number)


def send_again(life, settings, number):
    data = sealed("30\n\n" + json.dumps(settings), given(number))
    life.step("configure", data, given(number), mac("configure", hexed(given(number)), hexed(sha256(data).digest())))


def commit(life, number):
    return life.step("confirm", given(number), mac("confirm", hexed(given(number))))


def settled(flash):
    """What the board has in the end, if nobody says anything any more; nothing else is left on its flash."""
    flash.left = -1
    Life(flash)  # perhaps a trial
    life = Life(flash)  # and this is none any more
    assert "trial" not in life.config, flash.files
    extra = [each for each in flash.files if each.endswith(".new") or each in ("settings.trial", "settings.tried")]
    assert not extra, flash.files
    return life.config["queue"]


def test_the_power_may_fail_at_any_step_and_the_board_has_either_the_older_settings_or_those_that_were_confirmed():
    left = 0
    seen = []
    cut = True
    while cut:
        flash = Flash(OLDER)
        flash.left = left
        confirmed = cut = False
        try:
            send(Life(flash), {"queue": 5}, 8)
            trial = Life(flash)
            assert trial.config["queue"] == 5
            confirmed = True  # from here it is not known before the end
            commit(trial, 8)
        except PowerCut:
            cut = True
        found = dict(flash.files)
        for again in range(8):  # and while it starts the next time
            flash = Flash(found)
            flash.left = again
            try:
                Life(flash)
            except PowerCut:
                pass
            queue = settled(flash)
            assert queue == 4 or queue == 5 and confirmed, (left, again)
        seen.append(queue)
        left += 1
    assert left > 6 and seen == sorted(seen) and seen[0] == 4 and seen[-1] == 5, seen


def test_the_power_may_fail_while_new_settings_are_given_up_and_the_first_reason_is_told():
    left = 0
    cut = True
    while cut:
        flash = Flash(OLDER)
        send(Life(flash), {"queue": 5}, 8)
        trial = Life(flash)
        flash.left = left
        cut = False
        try:
            configuring.give_up("settings", [hexed(given(8))], "first")
        except PowerCut:
            cut = True
        assert settled(flash) == 4
        why = str(raises(configuring.Refused, commit, Life(flash), 8))
        assert "first" in why or "the board restarted" in why and left < 4, (left, why)
        left += 1
    assert left > 3
    assert trial.config["queue"] == 5


def test_a_challenge_is_used_up_before_anything_is_tried():
    left = 0
    cut = True
    while cut:
        flash = Flash(OLDER)
        life = Life(flash)
        flash.left = left
        cut = False
        try:
            send(life, {"queue": 5}, 8)
        except PowerCut:
            cut = True
        flash.left = -1
        if "settings.trial" in flash.files:
            for each in (life, Life(flash)):  # also in a life later
                each.config.pop("trial", None)
                assert "the challenge is not valid" in str(raises(deploying.StaleChallenge, send_again, each, {"queue": 5}, 8))
        left += 1
    assert left > 2 and "settings.tried" in flash.files


def test_modules_are_known_again_whatever_becomes_of_a_new_key():
    for confirmed in (False, True):
        stored = deploying.hmac(deploying.hmac(KEY, b"deploy.store\nb"), ("garden\n1\n" + hexed(sha256(b"one").digest())).encode())
        flash = Flash({"garden.py": "one", "modules": "2\ngarden %s 1" % hexed(stored)})
        life = Life(flash)
        life.challenge = given(8), deploying.ticks_ms()
        data = sealed("30\na new key\n{}", given(8))
        life.step("configure", data, given(8), mac("configure", hexed(given(8)), hexed(sha256(data).digest())))
        trial = Life(flash)
        assert loaded(trial) == ["garden"]
        if confirmed:
            signed = deploying.hmac(b"a new key", ("deploy.confirm\nc\nb\n" + hexed(given(8))).encode())
            assert trial.step("confirm", given(8), signed) is True
        for _ in range(2):
            after = Life(flash)
            assert after.config["deploy_key"] == ("a new key" if confirmed else KEY)
            assert loaded(after) == ["garden"], (confirmed, flash.files)
        assert "," not in flash.files["modules"]


def loaded(life):
    """The modules that this life takes."""
    names = []

    class registry:
        by_number = {}
        load = staticmethod(lambda name, version: names.append(name))

    class runner:
        suspects = []

    life.registry, life.runner = registry, runner
    deploying.Deployer(life).load()
    return names


def test_whether_settings_are_in_use_is_told_before_in_and_after_their_trial():
    flash = Flash(OLDER)
    life = Life(flash)
    assert "did not come" in str(raises(configuring.Refused, commit, life, 8))
    send(life, {"queue": 5}, 8)
    assert commit(life, 8) is False
    trial = Life(flash)
    assert "signature" in str(raises(deploying.Refused, trial.step, "confirm", given(8), mac("confirm", hexed(given(9)))))
    assert commit(trial, 8) is True and commit(trial, 8) is True
    assert commit(Life(flash), 8) is True


def test_settings_that_are_null_are_those_of_the_file_again():
    flash = Flash(OLDER)
    send(Life(flash), {"queue": None, "workers": 2}, 8)
    trial = Life(flash)
    commit(trial, 8)
    life = Life(flash)
    assert (life.config["queue"], life.config["workers"]) == (8, 2)
    assert json.loads(flash.files["settings"]) == [hexed(given(8)), 30, {"workers": 2}]


def test_a_wifi_that_would_not_be_used_is_refused():
    flash = Flash({})
    BASE["networks"] = (("garden", "secret"), ("shed", "other"))
    try:
        error = raises(configuring.Refused, send, Life(flash), {"ssid": "x", "key": "y"}, 8)
        assert "networks" in str(error)
        send(Life(flash), {"networks": [["x", "y"]]}, 8)
        assert Life(flash).config["networks"] == [["x", "y"]]
    finally:
        del BASE["networks"]


def test_a_selftest_tries_no_settings():
    flash = Flash(OLDER)
    send(Life(flash), {"queue": 5}, 8)
    before = dict(flash.files)
    boot.seldom = seldom
    try:
        assert boot.settings(BASE)["queue"] == 4
    finally:
        boot.seldom = boot_seldom
    assert flash.files == before


def test_what_is_to_be_tried_and_cannot_be_read_is_tried_by_nobody():
    for wrong in ("", "[9, 30, {", '[9, "long", {"queue": 5}]', '[{}, 9, {"queue": 5}]', '[9, 30, ["queue"]]', '{"queue": 5}', "[]"):
        flash = Flash(OLDER)
        flash.files["settings.trial"] = wrong
        life = Life(flash)
        assert life.config["queue"] == 4 and "trial" not in life.config, wrong
        assert settled(flash) == 4


def test_why_settings_were_given_up_is_what_the_board_knows():
    flash = Flash(OLDER)
    send(Life(flash), {"queue": 5}, 8)
    trial = Life(flash).trial
    assert trial._why() == "a broker was reached, but nobody confirmed them"
    Mqtt.up = False
    try:
        assert trial._why() == "no broker was reached, nor a network"
        trial.heard = "OSError 113 (10.0.0.1:1883)"
        assert trial._why() == "no broker was reached (OSError 113 (10.0.0.1:1883))"
    finally:
        Mqtt.up = True


def test_each_setting_of_the_example_can_be_changed_but_for_those_by_which_a_board_is_found():
    path = "/lib/config_example.py" if sys.platform == "webassembly" else "../../src/config_example.py"
    names = []
    with open(path) as file:
        for line in file:
            parts = line.strip(" #\n").split('"')
            if parts[0] == "":
                names += [parts[i] for i in range(1, len(parts) - 1, 2) if parts[i + 1][:1] == ":"]
    assert "watchdog" in names and "workers" in names and "networks" in names, names
    for name in names:
        if name in ("name", "cluster", "flash", "deploy_key", "room", "ca"):
            continue
        flash = Flash({})
        try:
            send(Life(flash), {name: "x"}, 8)
        except configuring.Refused as error:
            assert "no setting is called" not in str(error) and "cannot be changed" not in str(error), name


def test_a_trial_ends_with_a_restart_also_where_it_cannot_be_noted_why():
    class Port:
        resets = 0

        @classmethod
        def reset(cls):
            cls.resets += 1

        @staticmethod
        def cause():
            return "hard"

    def short(*args):
        raise MemoryError

    flash = Flash(OLDER)
    send(Life(flash), {"queue": 5}, 8)
    trial = Life(flash).trial
    before, give_up = configuring.port, configuring.give_up
    configuring.port, configuring.give_up, trial.within = Port, short, 0
    try:
        raises(StopIteration, trial._watch(0).send, None)
    finally:
        configuring.give_up = give_up
    assert Port.resets == 1
    try:
        assert settled(flash) == 4
        assert "(hard)" in flash.files["settings.why"]
    finally:
        configuring.port = before
