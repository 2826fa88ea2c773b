"""Runs the tests of a module with CPython: python3 run.py test_golden"""

import importlib
import os
import sys

os.chdir(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [".", "../../src"]
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for test in [each for each in dir(module) if each.startswith("test_")]:
        for _ in getattr(module, test)() or ():
            pass
        print(name, test, "passed")
