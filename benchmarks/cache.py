"""Where generated data waits for the next run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.process import ROOT
from benchmarks.say import say


def folder() -> Path:
    """``CHANNELDESK_BENCHMARK_CACHE``, or ``benchmarks/.cache``. Safe to delete at any time."""
    return Path(os.environ.get("CHANNELDESK_BENCHMARK_CACHE", ROOT / "benchmarks" / ".cache"))


def kept(family: str, fingerprint: str, name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder ``name``, made by ``make(path)`` if it is not there; a cut run leaves no half of it.

    What was kept under older fingerprints of the same family goes.
    """
    here = folder() / family
    path = here / fingerprint / name
    if not path.exists():
        say(f"making {family}/{name} (kept for later runs)")
        if here.exists():
            for older in here.iterdir():
                if older.name != fingerprint:
                    shutil.rmtree(older, ignore_errors=True)
        unfinished = path.with_name(f"{name}.unfinished-{os.getpid()}")
        unfinished.mkdir(parents=True)
        try:
            make(unfinished / name)
            (unfinished / name).replace(path)
        finally:
            shutil.rmtree(unfinished)
    return path


def fingerprint(*places: str) -> str:
    """Of the code in these files and folders, that decides what data looks like."""
    digest = hashlib.sha256()
    for place in places:
        found = ROOT / place
        for file in sorted(found.rglob("*.py")) if found.is_dir() else [found]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
