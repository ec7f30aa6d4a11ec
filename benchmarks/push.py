"""push: a round that hands 10,000 edits of contacts over, from the outbox until all are answered."""

from __future__ import annotations

import argparse

from benchmarks import phases
from benchmarks.network import Size
from benchmarks.outcome import Outcome

EDITS = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    phases.add_options(parser, rows=Size.lines)
    parser.add_argument("--edits", type=int, default=EDITS, help="in each round (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    return phases.run(options, lambda stage, side: stage.pushed(side, options.edits), contacts=options.edits)
