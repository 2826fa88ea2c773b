"""A DS18B20 on pin 4: what it measures is a feed, and each board that has one tells it when asked.

The drivers are part of MicroPython for the ESP32. More sensors may share the pin; these functions read the first.
"""

from time import ticks_diff, ticks_ms

from ds18x20 import DS18X20
from machine import Pin
from onewire import OneWire

from broccoli import source, task

PIN = 4
STALE = 10000  # ms; what was measured longer ago than this, before anybody subscribed, is no sample

_bus = DS18X20(OneWire(Pin(PIN)))
_sensors = _bus.scan()
if not _sensors:
    raise OSError("no DS18B20 answers on pin %d" % PIN)
_bus.convert_temp()
_begun = ticks_ms()
_last = None


@source(every_ms=2000, policy="latest")
def temperature():
    """Degrees Celsius. The sensor measures for 750 ms: a reading is what the one before has begun."""
    global _begun, _last
    now = ticks_ms()
    fresh = ticks_diff(now, _begun) < STALE
    try:
        value = _bus.read_temp(_sensors[0]) if fresh else None
        _bus.convert_temp()
    except Exception as error:  # a long wire has a bad moment now and then, and drivers raise what they like: it is no sample
        print("the DS18B20 cannot be read:", error)
        return None
    _begun = now
    if fresh:
        _last = value
    return value


@task
def last_temperature():
    """None while nobody has subscribed yet."""
    return _last
