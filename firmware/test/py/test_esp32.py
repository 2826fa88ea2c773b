"""What only a board has, with its modules played: Wi-Fi, the clock, the memory that survives a reset."""

import sys


class Radio:
    """Finds its network at the given look; of several, those that are there."""

    def __init__(self, looks, there=None):
        self.looks = looks
        self.there = there
        self.said = []
        self.static = False
        self.connected = there is None

    def isconnected(self):
        self.looks -= 1
        return self.looks < 0 and self.connected

    def active(self, on):
        self.said.append(on)

    PM_NONE = 0
    PM_POWERSAVE = 2

    def config(self, pm):
        self.said.append({"pm": pm})

    def status(self, what):
        return {"rssi": -61}[what]

    def ifconfig(self, address):
        if address == "dhcp" and not self.static:
            raise OSError("ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED")
        self.static = address != "dhcp"
        self.said.append(address)

    def connect(self, ssid, key):
        self.said.append((ssid, key))
        self.connected = self.there is None or ssid in self.there


class Network:
    STA_IF = 0

    def hostname(self, name):
        self.radio.said.append("hostname " + name)

    def WLAN(self, interface):
        return self.radio


class Machine:
    PWRON_RESET = 1
    WDT_RESET = 3

    def __init__(self):
        self.kept = b""
        self.dogs = []

    def WDT(self, number, milliseconds):
        self.dogs.append(milliseconds)
        return self

    def feed(self):
        """It is fed."""

    def reset_cause(self):
        return 3

    def RTC(self):
        return self

    def memory(self, *data):
        if data:
            self.kept = data[0]
        return self.kept


class Time:
    """The Python module of the name, on a board whose clock is not set, or is."""

    def __init__(self, year):
        self.year = year

    def gmtime(self):
        return (self.year, 1, 1)


class Ntp:
    """Sets a clock, if it answers."""

    host = "pool.ntp.org"
    asked = None
    answers = True

    def __init__(self, clock):
        self.clock = clock

    def settime(self):
        self.asked = self.host
        if not self.answers:
            raise OSError("nobody answers")
        self.clock.year = 2026


class Pauses:
    """Time passes at once, but where somebody counts the seconds."""

    task = None

    async def sleep_ms(self, ms):
        pass

    def sleep(self, seconds):
        return Slept(seconds)

    def create_task(self, task):
        self.task = task
        return task


class Slept:
    def __init__(self, seconds):
        self.seconds = seconds

    def __iter__(self):
        yield self.seconds

    __await__ = __iter__


network = sys.modules["network"] = Network()
machine = sys.modules["machine"] = Machine()

from broccoli import compat  # noqa: E402, F401  # before time is another
from ports import esp32  # noqa: E402


def played(modules, work, *args):
    """What a coroutine returns that waits for nothing, with modules in the place of those of their names."""
    real = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        work(*args).send(None)
    except StopIteration as end:
        return end.value
    finally:
        for name in real:
            if real[name]:
                sys.modules[name] = real[name]
            else:
                del sys.modules[name]
    raise AssertionError("it waits")


def join(looks, year=2026, **config):
    network.radio = Radio(looks)
    clock = Time(year)
    esp32._clock = None
    ntp = Ntp(clock)
    settings = {"ssid": "garden", "key": "secret", "tls": None}
    settings.update(config)
    pauses = Pauses()
    played({"time": clock, "ntptime": ntp, "asyncio": pauses}, esp32.join, settings)
    if pauses.task:
        pauses.task.close()
    return network.radio.said, ntp.asked


def joined(tries=0):
    """The names of those that it tries."""
    del network.radio.said[:]
    networks = [("garden", "secret"), ("shed", "other"), ("barn", "third")]
    config = {"networks": networks, "tls": None, "broker": "a,b"}
    played({"asyncio": Pauses()}, esp32.join, config, tries)
    return [each[0] for each in network.radio.said if isinstance(each, tuple)]


def test_a_wifi_that_is_not_there_is_followed_by_the_next_and_the_first_is_tried_first_again():
    network.radio = Radio(0, ["shed"])
    assert joined() == ["garden", "shed"]
    assert joined() == [], "it is in it"
    network.radio.there = ["garden", "barn"]
    network.radio.connected = False
    assert joined() == ["garden"]
    network.radio.there = ["barn"]
    network.radio.connected = False
    assert joined() == ["garden", "shed", "barn"]


def test_a_wifi_through_which_none_of_the_brokers_answers_is_left_for_the_next_that_is_there():
    network.radio = Radio(0, ["garden", "barn"])
    assert joined() == ["garden"]
    assert joined(1) == [], "the second broker may answer"
    assert joined(2) == ["shed", "barn"]
    assert joined(3) == []
    assert joined(4) == ["garden"]


def test_a_radio_that_finds_nothing_for_half_a_minute_is_switched_off_and_on():
    once = [False, True, ("garden", "secret")]
    assert join(0)[0] == []
    assert join(30)[0] == once
    assert join(31)[0] == once + once


def test_power_save_host_name_and_static_address_are_settings_that_are_made_when_they_must_be():
    static = ("192.168.1.20", "255.255.255.0", "192.168.1.1", "192.168.1.1")
    said = join(1, hostname="kitchen", power_save="none", address=list(static))[0]
    assert said == [False, "hostname kitchen", True, {"pm": 0}, static, ("garden", "secret")]
    assert join(1, power_save="powersave")[0] == [False, True, {"pm": 2}, ("garden", "secret")]


def test_each_wifi_has_an_address_of_its_own_or_asks_for_one():
    static = ("10.0.0.9", "255.255.255.0", "10.0.0.1", "10.0.0.1")
    config = {"networks": [("shed", "other"), ("garden", "secret", static)], "tls": None, "broker": "a"}
    network.radio = radio = Radio(0, ["garden"])
    played({"asyncio": Pauses()}, esp32.join, config)
    assert radio.said == [False, True, ("shed", "other"), False, True, static, ("garden", "secret")]
    del radio.said[:]
    radio.there = ["shed"]
    radio.connected = False
    played({"asyncio": Pauses()}, esp32.join, config)
    assert radio.said == [False, True, "dhcp", ("shed", "other")]


def test_the_strength_of_the_wifi_is_told():
    network.radio = Radio(0)
    assert esp32.rssi() == -61


def test_a_clock_that_was_never_set_is_set_before_tls_and_before_whoever_names_a_server_and_only_then():
    assert join(1, year=2000)[1] is None
    assert join(1, year=2000, tls={"ca": "ca.pem"})[1] == "pool.ntp.org"
    assert join(1, year=2000, tls={"ca": "ca.pem"}, ntp="192.168.1.1")[1] == "192.168.1.1"
    assert join(1, year=2000, ntp="192.168.1.1")[1] == "192.168.1.1"
    assert join(1, year=2026, tls={"ca": "ca.pem"})[1] is None
    assert join(1, year=2026, ntp="192.168.1.1")[1] is None


class Day:
    """Joins, and a clock that is set each day from then on."""

    def __init__(self, year, answers, **config):
        self.clock = Time(year)
        self.ntp = Ntp(self.clock)
        self.ntp.answers = answers
        self.pauses = Pauses()
        self.config = {"tls": None, "ntp": "here"}
        self.config.update(config)
        network.radio = Radio(0)
        esp32._clock = None

    def join(self):
        self.ntp.asked = None
        played({"time": self.clock, "ntptime": self.ntp, "asyncio": self.pauses}, esp32.join, self.config)
        return self.ntp.asked

    def slept(self):
        """For how long it does until it sets the clock again."""
        self.ntp.asked = None
        return self.pauses.task.send(None)


def test_the_clock_is_set_again_each_day_and_each_hour_while_nobody_answers():
    day = Day(2000, True)
    assert day.join() == "here" and day.slept() == 86400
    task = day.pauses.task
    assert day.join() is None and day.pauses.task is task, "once it is kept, it is"
    day.ntp.answers = False
    assert day.slept() == 3600 and day.ntp.asked == "here"
    day.ntp.answers = True
    assert day.slept() == 86400


def test_a_clock_that_was_set_may_be_off_by_a_second_and_its_drift_and_one_that_was_not_says_nothing():
    day = Day(2000, False)
    day.join()
    assert day.slept() == 3600 and esp32.clock_error() == 0
    day.ntp.answers = True
    assert day.slept() == 86400
    assert 1000 <= esp32.clock_error() < 1100
    esp32._clock._at -= 86400 * 1000 // 2  # half a day at 50 ppm
    assert 3160 <= esp32.clock_error() < 3260


def test_a_clock_that_nobody_sets_keeps_only_tls_from_connecting():
    day = Day(2000, False)
    assert day.join() == "here" and day.slept() == 3600
    assert day.join() is None, "it would wait for a name server at each connection"
    secured = Day(2000, False, tls={"ca": "ca.pem"})
    for _ in range(2):
        try:
            secured.join()
            raise AssertionError("it connects with TLS")
        except OSError as error:
            assert "the clock is not set" in str(error)
    secured.ntp.answers = True
    assert secured.join() == "here" and secured.slept() == 3600


def test_the_mark_is_read_as_it_was_written_and_what_is_no_text_is_no_mark():
    assert esp32.cause() == "wdt"
    esp32.mark("task 7 of me")
    assert esp32.marked() == "task 7 of me"
    sys.modules["machine"].kept = b"\xff\xfe"
    assert esp32.marked() == ""


class Names:
    """The Python module socket, whose name server answers, or not; while it is asked, the watchdog is as patient as it says."""

    def __init__(self, answer):
        self.answer = answer

    def getaddrinfo(self, host, port):
        self.patience = machine.dogs[-1] if machine.dogs else 0
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def connect(names):
    async def connected(*args):
        return args

    real = sys.modules.get("socket")
    sys.modules["socket"] = names
    before, esp32.unix.connect = esp32.unix.connect, connected
    try:
        esp32.connect("broker.lan", 8883, {"ca": "x"}).send(None)
    except StopIteration as end:
        return end.value
    except OSError as error:
        return str(error)
    finally:
        esp32.unix.connect = before
        if real:
            sys.modules["socket"] = real
        else:
            del sys.modules["socket"]


def test_a_name_server_that_does_not_answer_has_longer_than_the_watchdog_has_otherwise():
    found = [(2, 1, 6, "", ("192.168.1.10", 8883))]
    for dog, patience in ((8000, 60000), (120000, 120000)):
        for answer, result in ((found, ("192.168.1.10", 8883, {"ca": "x"}, "broker.lan")), (OSError("-2"), "-2"), ([], "no address of broker.lan")):
            del machine.dogs[:]
            esp32.watchdog(dog)
            names = Names(answer)
            assert connect(names) == result
            assert names.patience == patience and machine.dogs == [dog, patience, dog], machine.dogs
    del machine.dogs[:]
    esp32._patience = 0
    assert connect(Names(found))[0] == "192.168.1.10" and machine.dogs == [], "without a watchdog there is none"
