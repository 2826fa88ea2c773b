"""Tracebacks as text."""

import sys
from io import StringIO


def trace(error):
    text = StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, text)
    else:
        from traceback import print_exception

        print_exception(error, file=text)
    return text.getvalue()[-1000:]
