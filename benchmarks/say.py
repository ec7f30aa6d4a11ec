"""Progress goes to standard error: standard output belongs to the result."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
