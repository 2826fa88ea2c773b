"""The files that the Java side reads and writes too: transport/core/src/test/resources/golden."""

import sys
from binascii import hexlify, unhexlify

from broccoli import answers, bodies, frames, items, status, wire
from broccoli.msgpack import Malformed, packb, unpack
from support import encode, golden, raises


def plain(value):
    """What a value of the files stands for."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        if "$bin" in value:
            return unhexlify(value["$bin"])
        if "$float" in value or "$float32" in value:
            return float(value.get("$float", value.get("$float32")))
        return {key: plain(each) for key, each in value.items()}
    return value


def same(a, b):
    if isinstance(a, float) and a != a:
        return b != b
    return a == b and isinstance(a, bool) == isinstance(b, bool)


ORDERED = sys.implementation.name == "cpython"


def large_map(value):
    """A dict of MicroPython has no order."""
    if isinstance(value, dict):
        return len(value) > 1 or any([large_map(each) for each in value.values()])
    return isinstance(value, list) and any([large_map(each) for each in value])


def hexed(data):
    return hexlify(bytes(data)).decode()


def test_values_are_read_and_written_byte_for_byte():
    for each in golden("values"):
        value = unpack(unhexlify(each["hex"]))
        assert same(value, plain(each["value"])), each["name"]
        if "float 32" not in each["name"] and (ORDERED or not large_map(value)):
            assert hexed(packb(value)) == each["hex"], each["name"]


def test_bodies_are_read_and_written_byte_for_byte():
    kinds = {"CALL": wire.CALL, "CHAIN": wire.CHAIN, "EACH": wire.EACH, "STAR": wire.STAR}
    for each in golden("bodies"):
        expected = each["body"]
        kind, steps, items, headers = bodies.decode(unhexlify(each["hex"]))
        assert kind == kinds[expected["kind"]], each["name"]
        wanted = expected["steps"] if kind == wire.CHAIN else [expected]
        assert len(steps) == len(wanted), each["name"]
        for step, want in zip(steps, wanted):
            assert step[0] == want["function"], each["name"]
            assert step[1] == plain(want.get("args", [])), each["name"]
            assert (step[2] or {}) == plain(want.get("kwargs", {})), each["name"]
            assert step[3] == want.get("immutable", False), each["name"]
        assert items == (plain(expected["items"]) if "items" in expected else None), each["name"]
        h = expected.get("headers", {})
        wanted = [h.get("deadlineMillis", 0), h.get("attempt", 1), h.get("id", 0), h.get("depth", 0)]
        wanted += [h.get("trace", ""), h.get("itemLimit", 0), h.get("received", 0)]
        assert list(headers) == wanted, each["name"]
        if ORDERED or not large_map([step[2] for step in steps]):
            assert hexed(answers.encode_body(kind, steps, items, headers)) == each["hex"], each["name"]


KINDS = ["STATUS", "POLL", "GRANT", "TASKS", "RESULTS", "ITEMS", "CANCEL", "NACK", "BYE"]
STATUSES = ["SUCCESS", "FAILURE", "BAD_ARGUMENTS", "CANCELLED", "ABORTED", "RETURNED", "END"]
NAMES = {
    "STATUS": "member bootEpoch state queue workers free maxFrame maxTask features site functions",
    "POLL": "producerEpoch linkEpoch ctl want maxFrame features open items weight",
    "GRANT": "producerEpoch linkEpoch ctl limit free seen",
    "TASKS": "producerEpoch linkEpoch ctl want firstSeq firstId bodies",
    "RESULTS": "producerEpoch linkEpoch ctl limit free entries",
    "ITEMS": "producerEpoch linkEpoch runs",
    "CANCEL": "producerEpoch linkEpoch ctl want ranges",
    "NACK": "linkEpoch firstSeq lastSeq reason current",
    "BYE": "epoch",
}


def field(name, value):
    if name == "state":
        return ["ACTIVE", "DRAINING", "GONE"].index(value)
    if name == "reason":
        return ["STALE_PRODUCER", "NO_CREDIT", "BUSY", "VERSION"].index(value)
    if name == "site":
        return value and (value["labels"], value.get("latitude"), value.get("longitude"))
    if name == "functions":
        return [
            (
                f["number"],
                f["name"],
                f.get("version", ""),
                [(p["name"],) if p.get("optional") else p["name"] for p in f.get("parameters", [])],
                f.get("replayable", False),
            )
            for f in value
        ]
    if name in ("seen", "ranges"):
        flat = [value["floor"]]
        for pair in value["pairs"]:
            flat += pair
        return flat
    if name == "items":
        return [(each["seq"], each["received"], each["limit"]) for each in value]
    if name == "bodies":
        return [each and unhexlify(each) for each in value]
    if name == "runs":
        return [(r["seq"], r["first"], [unhexlify(v) for v in r["values"]], r["last"]) for r in value]
    return value


def spread(entries):
    single = []
    for seq, status, payloads in entries:
        listed = [None] * payloads if isinstance(payloads, int) else payloads
        single += [(seq + i, status, payload) for i, payload in enumerate(listed)]
    return single


def test_frames_are_read_and_written_byte_for_byte():
    refused = 0
    for each in golden("frames"):
        expected = each["frame"]
        try:
            kind, fields = frames.decode(unhexlify(each["hex"]))
        except Malformed:
            assert each.get("columns") or each["name"] == "a run of one", each["name"]  # runs, which this member never announced to read
            refused += 1
            continue
        assert KINDS[kind] == expected["kind"], each["name"]
        for name, value in zip(NAMES[expected["kind"]].split(), fields):
            if name == "entries":
                wanted = [(e["seq"], STATUSES.index(e["status"]), unhexlify(e["payload"]) or None) for e in expected["entries"]]
                assert spread(value) == wanted, each["name"]
                fields = list(fields)
                fields[-1] = frames.group(wanted)
            else:
                empty = None if name == "site" else [] if name in ("open", "items", "functions", "runs") else 1 if name == "weight" else 0
                wanted = field(name, expected[name]) if name in expected else empty
                assert value == wanted, (each["name"], name, value, wanted)
        if kind == wire.STATUS:
            fields = list(fields)
            fields[9:] = [status.site(fields[9]), status.functions(fields[10], len(fields[10]))]
        if not each.get("readOnly"):
            assert hexed(encode(kind, *fields)) == each["hex"], each["name"]
    assert refused > 0


def test_malformed_frames_are_refused():
    for each in golden("malformed"):
        error = raises(Malformed, frames.decode, unhexlify(each["hex"]))
        assert isinstance(error, frames.OtherVersion) == ("version" in each), each["name"]
