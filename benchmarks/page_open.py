"""page_open: opening each page of the window on the demo network, until its answers are painted."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks import demo_profile, screen
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured
from benchmarks.samples import interleave, median, percentile
from benchmarks.say import say


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=demo_profile.SIZES, default="small", help="of the demo network in the profile"
    )
    parser.add_argument(
        "--openings", type=int, default=10, help="of each page in each run (default %(default)s)"
    )


def run(options: argparse.Namespace) -> Outcome:
    place, openings = demo_profile.folder(options.size), options.openings
    samples = interleave(
        {
            "ours": lambda: _slowest(
                measured("benchmarks.page_open_client", place, openings, environment=screen.environment())
            ),
            "floor": lambda: _judged(
                measured("benchmarks.page_open_floor", openings, environment=screen.environment())
            ),
        },
        options.runs,
        figure="ms",
    )
    ours, floor = samples["ours"], samples["floor"]
    pages = {}
    for page in ours[0]["again"]:
        times = [one for sample in ours for one in sample["again"][page]]
        pages[page] = {"p50": statistics.median(times), "p95": percentile(times, 95)}
        if page in ours[0]["first"]:
            first = [sample["first"][page] for sample in ours]
            pages[page] |= {"first_p50": statistics.median(first), "first_max": max(first)}
    detail = {
        "pages_ms": pages,
        "slowest": max(pages, key=lambda page: pages[page]["p95"]),
        "skipped": ours[0]["skipped"],
        "memory_mb": median(ours, "memory_mb"),
        "floor_memory_mb": median(floor, "memory_mb"),
        "samples_ms": {name: [one["ms"] for one in some] for name, some in samples.items()},
    }
    return Outcome("ms", median(ours, "ms"), median(floor, "ms"), {}, detail)


def _slowest(sample: dict[str, Any]) -> dict[str, Any]:
    """With the 95th percentile of the slowest page as its figure."""
    if not sample["again"]:
        raise CannotRun("the window has no pages yet")
    slowest = {page: percentile(times, 95) for page, times in sample["again"].items()}
    page = max(slowest, key=lambda one: slowest[one])
    say(f"slowest: {page}")
    return sample | {"ms": slowest[page]}


def _judged(sample: dict[str, Any]) -> dict[str, Any]:
    return sample | {"ms": percentile(sample["again"], 95)}
