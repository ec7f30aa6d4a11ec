"""palette: from a key in the command palette until its results are painted, on the demo network."""

from __future__ import annotations

import argparse
import statistics

from benchmarks import demo_profile, screen
from benchmarks.outcome import Outcome
from benchmarks.process import measured
from benchmarks.samples import interleave, median, percentile

LIMIT_MS = 30


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=demo_profile.SIZES, default="small", help="of the demo network in the profile"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="of all words in each run (default %(default)s)"
    )


def run(options: argparse.Namespace) -> Outcome:
    place = demo_profile.folder(options.size)
    samples = interleave(
        {
            name: lambda name=name: _judged(  # type: ignore[misc]
                measured(
                    f"benchmarks.palette_{name}", place, options.rounds, environment=screen.environment()
                )
            )
            for name in ("client", "floor")
        },
        options.runs,
        figure="ms",
    )
    ours, floor = samples["client"], samples["floor"]
    words = {
        word: {
            "p50": statistics.median(times),
            "p95": percentile(times, 95),
            "found": ours[0]["words"][word]["found"],
        }
        for word in ours[0]["words"]
        if (times := [one for sample in ours for one in sample["words"][word]["ms"]])
    }
    detail = {
        "limit_ms": LIMIT_MS,
        "rows": ours[0]["rows"],
        "words_ms": words,
        "p50_ms": statistics.median(_keys(ours[0])),
        "slowest": max(words, key=lambda word: words[word]["p95"]),
        "samples_ms": {name: [one["ms"] for one in some] for name, some in samples.items()},
    }
    return Outcome("ms", median(ours, "ms"), median(floor, "ms"), {}, detail)


def _keys(sample: dict[str, object]) -> list[float]:
    words: dict[str, dict[str, list[float]]] = sample["words"]  # type: ignore[assignment]
    return [one for word in words.values() for one in word["ms"]]


def _judged(sample: dict[str, object]) -> dict[str, object]:
    return sample | {"ms": percentile(_keys(sample), 95)}
