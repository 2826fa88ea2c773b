"""The modules that a board stored: known again by their MACs. Loaded at the start, and when the key is to change."""

from broccoli.compat import port


def load(deployer):
    """After a restart: what was deployed, but for what was changed since, or brought this board down twice while it was loaded."""
    older = False  # a MAC is of the key before
    for name, (macs, version) in list(deployer.versions.items()):
        if deployer.is_suspect(name, version):
            print("the module", name, "brought this board down twice and is left out")
            continue
        digest = deployer.digest(name)
        known = [deployer.stored(key, name, version, digest) for key in deployer.keys]
        if not [each for each in known if each in macs.split(",")]:
            print("the module", name, "is not what was deployed, or was kept under another key, and is left out; deploy it again")
            continue
        if macs != known[0] and "trial" not in deployer.node.config:  # until it is over, either key may be the next life's
            deployer.versions[name] = known[0], version
            older = True
        port.mark(deployer.mark(name, version))
        try:
            deployer.node.registry.load(name, version)
        except (Exception, SystemExit) as error:
            print("the module", name, "cannot be loaded:", type(error).__name__, error)
        port.mark("")
    if older:
        try:
            deployer.renew()
        except OSError as error:
            print("the list of modules cannot be signed with the newer key:", error)


def keep(deployer, newer):
    """What is stored will be known again with the key and with the newer one, whatever becomes of the trial of that."""
    for name, (macs, version) in deployer.versions.items():
        digest = deployer.digest(name)
        if deployer.stored(deployer.keys[0], name, version, digest) in macs.split(","):
            both = [deployer.stored(each, name, version, digest) for each in (deployer.keys[0], newer)]
            deployer.versions[name] = ",".join(both), version
    deployer.renew()
