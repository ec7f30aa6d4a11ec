"""What the benchmarks of the phases after the first synchronisation share: options, turns, outcome."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import size
from benchmarks.outcome import Outcome
from benchmarks.samples import interleave, median
from benchmarks.stage import Sample, Stage, stage

UNIT = "s"


def add_options(parser: argparse.ArgumentParser, *, rows: int = 1_000_000) -> None:
    size.add_options(parser, rows=rows)
    size.add_peer_options(parser)


def run(options: argparse.Namespace, sample: Callable[[Stage, str], Sample], *, contacts: int = 0) -> Outcome:
    """``sample(stage, side)`` is one turn of a side."""
    with stage(size.of(options, contacts=contacts), size.peers_of(options, contacts=contacts)) as here:
        sides = {name: lambda name=name: sample(here, name) for name in here.sides}
        samples = interleave(sides, options.runs, figure="s")
        return _outcome(here, samples)


def _outcome(here: Stage, samples: dict[str, list[Sample]]) -> Outcome:
    ours, floor = samples["ours"], samples["floor"]
    parts = sorted({name for one in ours for name in one["parts"]})
    detail = {
        "rows": here.size.lines,
        "peer_rows": here.peer_size.lines,
        "parts_s": {part: median([{part: 0.0} | one["parts"] for one in ours], part) for part in parts},
        "samples_s": {name: [one["s"] for one in some] for name, some in samples.items()},
        "cpu_s": {name: median(some, "cpu_s") for name, some in samples.items() if "cpu_s" in some[0]},
        "peak_memory_mb": median(ours, "peak_memory_mb"),
        "floor_peak_memory_mb": median(floor, "peak_memory_mb"),
    }
    peers = {name: median(samples[name], "s") for name in here.sides if name not in ("ours", "floor")}
    return Outcome(UNIT, median(ours, "s"), median(floor, "s"), peers, detail)
