"""idle_sync: a round in which nothing has changed anywhere."""

from __future__ import annotations

import argparse

from benchmarks import phases
from benchmarks.outcome import Outcome


def add_options(parser: argparse.ArgumentParser) -> None:
    phases.add_options(parser)


def run(options: argparse.Namespace) -> Outcome:
    return phases.run(options, lambda stage, side: stage.idle(side))
