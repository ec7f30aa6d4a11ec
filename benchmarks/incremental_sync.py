"""incremental_sync: a round that brings 1,000 changes into a profile that is in use."""

from __future__ import annotations

import argparse

from benchmarks import phases
from benchmarks.outcome import Outcome

CHANGES = 1_000


def add_options(parser: argparse.ArgumentParser) -> None:
    phases.add_options(parser)
    parser.add_argument("--changes", type=int, default=CHANGES, help="in each round (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    return phases.run(options, lambda stage, side: stage.pulled(side, options.changes))
