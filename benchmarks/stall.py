"""stall: how long the window's event loop is held up while a first synchronisation runs beside it."""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import headquarters, screen, size, sync_server
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured
from benchmarks.samples import percentile
from benchmarks.say import say

WINDOWS = ("idle", "scrolling")


def add_options(parser: argparse.ArgumentParser) -> None:
    size.add_options(parser, rows=1_000_000)
    parser.add_argument(
        "--still", type=float, default=10.0, help="seconds to watch without one (default %(default)s)"
    )


def run(options: argparse.Namespace) -> Outcome:
    """``ours`` and ``floor`` are 99th percentiles of an idle window, with and without; the rest is detail."""
    rows = size.of(options)
    gaps: dict[str, dict[str, list[float]]] = {}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="channeldesk-bench-") as name:
        folder = Path(name)
        database = headquarters.database(rows, folder)
        with sync_server.running(database, log=folder / "hq.log") as address:
            for turn in range(options.runs):
                for window in WINDOWS if turn % 2 else reversed(WINDOWS):
                    sample = watched(address, folder / "profile", window, options.still)
                    if sample["lines"] != rows.lines:
                        raise CannotRun(f"the round did not bring what it should: {sample['lines']} lines")
                    seconds.append(sample["s"])
                    for state in ("sync", "still"):
                        gaps.setdefault(window, {}).setdefault(state, []).extend(sample[state])
                    say(f"run {turn + 1} of {options.runs}: {window} {judged(sample['sync'])}")
    told = {
        window: {state: judged(some) for state, some in states.items()} for window, states in gaps.items()
    }
    idle = told["idle"]
    detail = {
        "max": idle["sync"]["max"],
        "p99": idle["sync"]["p99"],
        "rows": rows.lines,
        "windows": told,
        "round_s": statistics.median(seconds),
    }
    return Outcome("ms", idle["sync"]["p99"], idle["still"]["p99"], {}, detail)


def watched(address: str, place: Path, window: str, still: float) -> dict[str, Any]:
    sample = measured(
        "benchmarks.stall_client", address, place, window, still, environment=screen.environment()
    )
    shutil.rmtree(place)
    return sample


def judged(gaps: list[float]) -> dict[str, float]:
    return {
        "p50": percentile(gaps, 50),
        "p99": percentile(gaps, 99),
        "max": max(gaps),
        "over_50": sum(one > 50 for one in gaps),
        "count": len(gaps),
    }
