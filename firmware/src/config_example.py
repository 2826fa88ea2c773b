"""Copy this to config.py and fill it in."""

CONFIG = {
    "name": "kitchen",  # this board; no other member may have the name; without / + #
    "cluster": "default",
    "broker": "192.168.1.10",  # or several that forward messages to each other: "192.168.1.10,192.168.1.11:1884"
    "ssid": "the Wi-Fi",
    "key": "its password",
    # "networks": (("the Wi-Fi", "its password"), ("another", "its password")),  # in the place of ssid and key
    # "address": ("192.168.1.20", "255.255.255.0", "192.168.1.1", "192.168.1.1"),  # static: its own, mask, gateway, name server; in
    #                                  # networks the third of a Wi-Fi. Else it asks for one
    # "hostname": "kitchen",           # as routers list it
    # "power_save": "none",            # of the radio: none (answers at once), performance (as without this line) or powersave
    # "port": 1883,                    # of a broker without a port of its own
    # "user": None, "password": None,  # at the broker
    # "tls": {"ca": "ca.pem"},         # who vouches for the broker; README.md says more. The port is then most often 8883
    # "ntp": "192.168.1.1",            # who is asked for the time, each day; else nobody, but pool.ntp.org for TLS, which needs it
    # "queue": 8, "workers": 1,        # tasks that may wait, and run
    # "modules": ("tasks",),           # files with tasks
    # "site": ({"room": "kitchen"}, 52.5, 13.4),  # labels; degrees north and east, or None, None
    # "deploy_key": "a long secret",   # who has it may bring new functions and settings here; else nobody may. While keys are rotated two,
    #                                  # the newer one first: ("a new secret", "a long secret")
    # "flash": "",                     # where it keeps what it must not forget: the main folder
    # "watchdog": 8000,                # ms without a sign of life until it resets itself; 0: never
    # "offline": 300000,               # ms without a broker until it restarts; 0: never
}
