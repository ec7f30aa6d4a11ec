"""scroll: jumping to any place of a long list of order lines, until its rows are read and painted."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks import demo_profile, screen
from benchmarks.outcome import Outcome
from benchmarks.process import measured
from benchmarks.samples import interleave, median, percentile


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        choices=demo_profile.SIZES,
        default="large",
        help="of the demo network (default %(default)s)",
    )
    parser.add_argument("--jumps", type=int, default=100, help="in each run (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    place, jumps = demo_profile.folder(options.size), options.jumps
    rows = _client("scroll_client", place, 1)["rows"]
    samples = interleave(
        {
            "ours": lambda: _client("scroll_client", place, jumps),
            "floor": lambda: _client("scroll_floor", rows, jumps),
        },
        options.runs,
        figure="ms",
    )
    ours, floor = samples["ours"], samples["floor"]
    detail = {
        "rows": rows,
        "open_s": median(ours, "open_s"),
        "p50_ms": statistics.median(one for sample in ours for one in sample["again"]),
        "max_ms": max(one for sample in ours for one in sample["again"]),
        "floor_p50_ms": statistics.median(one for sample in floor for one in sample["again"]),
        "paint_p95_ms": statistics.median(percentile(sample["paints"], 95) for sample in ours),
        "paint_max_ms": max(one for sample in ours for one in sample["paints"]),
        "paints": sum(len(sample["paints"]) for sample in ours),
        "memory_mb": median(ours, "memory_mb"),
        "floor_memory_mb": median(floor, "memory_mb"),
        "samples_ms": {name: [one["ms"] for one in some] for name, some in samples.items()},
    }
    return Outcome("ms", median(ours, "ms"), median(floor, "ms"), {}, detail)


def _client(name: str, *arguments: object) -> dict[str, Any]:
    sample = measured(f"benchmarks.{name}", *arguments, environment=screen.environment())
    return sample | {"ms": percentile(sample["again"], 95)}
