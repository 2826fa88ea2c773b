"""Names of members and clusters, which are levels of topics."""

from broccoli import names
from support import raises


def check(name="kitchen", cluster="default"):
    names.check({"name": name, "cluster": cluster, "broker": "b"})


def test_names_that_other_members_take_are_taken():
    for name in ("a", "kitchen 2", "Küche", "x" * 64, "a:b", "$a", "\U0001f966" * 32):
        check(name)
        check("a", name)


def test_names_that_other_members_refuse_are_refused_with_what_is_wrong():
    wrong = {
        "": "says nothing of",
        "a/b": "must not contain / + or #",
        "+": "must not contain / + or #",
        "a#": "must not contain / + or #",
        "a\nb": "must not contain control characters",
        "a\x7f": "must not contain control characters",
        "a\uffff": "must be well-formed Unicode",
        "x" * 65: "at most 64 characters, not 65",
        "\U0001f966" * 33: "at most 64 characters, not 66",
        7: "is a text",
    }
    for name, why in wrong.items():
        assert why in str(raises(ValueError, check, name)), name
        error = str(raises(ValueError, check, "a", name))
        assert why in error and "cluster" in error, error


def test_a_setting_that_is_missing_is_named():
    assert "says nothing of: broker" in str(raises(ValueError, names.check, {"name": "a", "cluster": "b"}))
    assert "says nothing of: name, cluster, broker" in str(raises(ValueError, names.check, {}))


def test_how_a_radio_may_save_power_is_told():
    config = {"name": "a", "cluster": "b", "broker": "c"}
    for each in (None, "none", "performance", "powersave"):
        config["power_save"] = each
        names.check(config)
    for each in ("low", True):
        config["power_save"] = each
        assert "it is none, performance or powersave" in str(raises(ValueError, names.check, config))


def test_a_site_that_is_none_is_told():
    config = {"name": "a", "cluster": "b", "broker": "c"}
    for each in (None, ({}, None, None), ({"room": "b"}, -90, 180), [{}, 52.5, 13.4]):
        config["site"] = each
        names.check(config)
    nan = float("nan")
    for each in (7, (), ({}, 1), ({}, 91, 0), ({}, 0, -181), ({}, nan, 0), ({}, 1, None), ({}, "1", 2), ({1: "b"}, 1, 2), ("ab", 1, 2)):
        config["site"] = each
        assert "it is ({label: text}, latitude, longitude)" in str(raises(ValueError, names.check, config)), each
