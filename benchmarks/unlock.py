"""unlock: from starting the process to the first page, by the system's key store, beside a key at hand."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import demo_profile, screen
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured
from benchmarks.samples import interleave, median
from benchmarks.startup_client import STARTED_NS

CLIENT = "benchmarks.unlock_client"
PHRASE = "a sentence of some length"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=demo_profile.SIZES, default="small", help="of the demo network in the profile"
    )


def run(options: argparse.Namespace) -> Outcome:
    if not all(map(shutil.which, ("dbus-run-session", "gnome-keyring-daemon"))):
        raise CannotRun("a Secret Service of its own needs dbus-run-session and gnome-keyring-daemon")
    whole = demo_profile.folder(options.size)
    with tempfile.TemporaryDirectory(prefix="channeldesk-unlock-") as folder:
        places = {way: Path(folder) / way for way in ("key store", "passphrase", "floor")}
        for place in places.values():
            shutil.copytree(whole, place)
        measured(CLIENT, "prepare", places["passphrase"])
        samples = interleave(
            {
                "key store": lambda: measured(CLIENT, "session", places["key store"]),
                "passphrase": lambda: _started("passphrase", places["passphrase"]),
                "floor": lambda: _started("floor", places["floor"]),
            },
            options.runs,
            figure="s",
        )
    taken = {name: median(some, "s") for name, some in samples.items()}
    detail = {
        "page": samples["floor"][0]["page"],
        "until_first_page_s": taken,
        "unlocking_costs_s": {name: taken[name] - taken["floor"] for name in ("key store", "passphrase")},
        "samples_s": {name: [one["s"] for one in some] for name, some in samples.items()},
    }
    return Outcome("s", taken["key store"], taken["floor"], {}, detail)


def _started(way: str, place: Path) -> dict[str, Any]:
    started = {STARTED_NS: str(time.monotonic_ns())}
    return measured(CLIENT, way, place, environment=screen.environment() | started)
