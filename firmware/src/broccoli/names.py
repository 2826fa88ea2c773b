"""Names of clusters and members: they are levels of topics, so what has a meaning there is not allowed in them. Loaded at the start."""

from broccoli.compat import seldom

_LONGEST = 64


def check(config):
    """Raises a ValueError that says what is wrong."""
    missing = [each for each in ("name", "cluster", "broker") if not config.get(each)]
    if missing:
        raise ValueError("config.py says nothing of: " + ", ".join(missing))
    for what in ("cluster", "name"):
        name = config.get(what)
        fault = _fault(name)
        if fault:
            raise ValueError("config.py, %s %r: %s" % (what, name[:_LONGEST] if isinstance(name, str) else name, fault))
    keys = config.get("deploy_key") or ()  # or the one in use, and the one before it
    keys = keys if isinstance(keys, (tuple, list)) else (keys,)
    if len(keys) > 2 or not all([isinstance(each, (str, bytes)) and each for each in keys]):
        raise ValueError("config.py, deploy_key: it is a text, or while keys are rotated two of them, the newer one first")
    seldom("connecting").listed(config)
    _site(config.get("site"))
    if config.get("power_save") not in (None, "none", "performance", "powersave"):
        raise ValueError("config.py, power_save %r: it is none, performance or powersave" % config["power_save"])


def _site(site):
    """Labels, latitude and longitude; the latter two may be None, but not one of them."""
    if site is None:
        return
    try:
        labels, latitude, longitude = site
        texts = all(isinstance(each, str) for pair in labels.items() for each in pair)
        known = latitude is not None or longitude is not None
        # not a number is not in any range, nor is None in one
        right = not known or -90 <= latitude <= 90 and -180 <= longitude <= 180
    except (TypeError, ValueError, AttributeError):
        texts = right = False
    if not (texts and right):
        raise ValueError(
            "config.py, site %r: it is ({label: text}, latitude, longitude), in degrees of -90 to 90 and -180 to 180, or None and None"
            % (site,)
        )


def _fault(name):
    if not isinstance(name, str):
        return "a name is a text"
    units = 0
    for each in name:
        code = ord(each)
        units += 2 if code > 0xFFFF else 1  # as other members count
        if each in "/+#":
            return "a name must not contain / + or #"
        if code < 0x20 or 0x7F <= code < 0xA0:
            return "a name must not contain control characters"
        if 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
            return "a name must be well-formed Unicode"
    if units > _LONGEST:
        return "a name has at most %d characters, not %d" % (_LONGEST, units)
