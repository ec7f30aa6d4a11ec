"""Where generated data waits for the next run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.process import ROOT
from benchmarks.say import say


def folder() -> Path:
    """``CHANNELDESK_BENCHMARK_CACHE``, or ``benchmarks/.cache`` beside the code. Safe to delete at any time."""
    return Path(os.environ.get("CHANNELDESK_BENCHMARK_CACHE", ROOT / "benchmarks" / ".cache"))


def kept(key: str, name: str, make: Callable[[Path], None]) -> Path:
    """The file ``name`` of ``key``, made by ``make`` if it is not there; a cut run leaves no half file."""
    path = folder() / key / name
    if not path.exists():
        say(f"making {key}/{name} (kept for later runs)")
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{name}.unfinished-{os.getpid()}")
        unfinished.mkdir()
        try:
            make(unfinished / name)
            (unfinished / name).replace(path)
        finally:
            shutil.rmtree(unfinished)
    return path
