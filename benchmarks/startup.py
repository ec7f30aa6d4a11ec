"""startup: from starting the process (disk warm) to a window that can be used, beside a bare window.

The bare window is painted once and knows nothing: what is like it is our first paint. ``ours`` is the window
that can be used, which is more than the floor does; ``ratios`` has both.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import demo_profile, screen
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import MEASURED_SECONDS, ROOT, measured
from benchmarks.samples import interleave, median
from benchmarks.startup_client import STARTED_NS

CLIENT = "benchmarks.startup_client"
HEAVIEST = 10
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=demo_profile.SIZES, default="small", help="of the demo network in the profile"
    )


def run(options: argparse.Namespace) -> Outcome:
    place = demo_profile.folder(options.size)
    samples = interleave(
        {"ours": lambda: _started("ours", place), "floor": lambda: _started("floor")},
        options.runs,
        figure="s",
    )
    ours, floor = samples["ours"], samples["floor"]
    if not ours[0]["page"]:
        raise CannotRun("the window has no page to open yet")
    until = {name: median([one["until"] for one in ours], name) for name in ours[0]["until"]}
    bare = median(floor, "s")
    detail = {
        "page": ours[0]["page"],
        "until_s": until,
        "ratios": {name: round(until[name] / bare, 2) for name in ("first paint", "usable")},
        "memory_mb": median(ours, "memory_mb"),
        "floor_memory_mb": median(floor, "memory_mb"),
        "samples_s": {name: [one["s"] for one in some] for name, some in samples.items()},
        "process_s": {name: median(some, "process_s") for name, some in samples.items()},
        **import_budget(place),
    }
    return Outcome("s", median(ours, "s"), bare, {}, detail)


def _started(*arguments: object) -> dict[str, Any]:
    return measured(
        CLIENT, *arguments, environment=screen.environment() | {STARTED_NS: str(time.monotonic_ns())}
    )


def import_budget(place: Path) -> dict[str, Any]:
    """The ten heaviest modules, with what they alone bring in, and the ten heaviest packages; milliseconds.

    Counted in a run of its own, because counting takes time.
    """
    environment = {**os.environ, **screen.environment(), STARTED_NS: str(time.monotonic_ns())}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", CLIENT, "ours", str(place)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MEASURED_SECONDS,
        check=False,
    )
    alone: Counter[str] = Counter()
    modules: list[tuple[str, float]] = []
    for line in done.stderr.splitlines():
        if found := _IMPORT.match(line):
            own, together, _, name = found.groups()
            alone[name.partition(".")[0]] += int(own)
            modules.append((name, int(together) / 1000))
    heaviest = sorted(modules, key=lambda one: -one[1])[:HEAVIEST]
    return {
        "heaviest_modules_ms": dict(heaviest),
        "heaviest_packages_ms": {name: own / 1000 for name, own in alone.most_common(HEAVIEST)},
        "imports_ms": sum(alone.values()) / 1000,
        "modules": len(modules),
    }
