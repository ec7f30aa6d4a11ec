"""bytes: what a first synchronisation and a push take on the wire, for each row, headers and all."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks import size
from benchmarks.outcome import Outcome
from benchmarks.say import say
from benchmarks.stage import Stage, stage

EDITS = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    size.add_options(parser)
    size.add_peer_options(parser)
    parser.add_argument("--edits", type=int, default=EDITS, help="in the push (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    """The figure is a row of the first synchronisation. Bytes do not vary: ``--runs`` changes nothing."""
    rows, others = size.of(options, contacts=options.edits), size.peers_of(options, contacts=options.edits)
    with stage(rows, others, counted=True) as here:
        told = {name: _counted(here, name, options.edits) for name in here.sides}
    ours, floor = told.pop("ours"), told.pop("floor")
    detail: dict[str, Any] = {
        "rows": rows.lines,
        "peer_rows": others.size.lines,
        "ours": ours,
        "floor": floor,
        "peers": told,
    }
    peers = {name: one["first_sync"] for name, one in told.items()}
    return Outcome("bytes", ours["first_sync"], floor["first_sync"], peers, detail)


def _counted(here: Stage, name: str, edits: int) -> dict[str, Any]:
    first, rows = here.counters[name].take(), here.rows(name)
    here.pushed(name, edits)
    push = here.counters[name].take()
    say(f"{name}: {first / rows:.1f} bytes a row at first, {push / edits:.1f} an edit")
    return {"first_sync": first / rows, "push": push / edits, "first_sync_total": first, "push_total": push}
