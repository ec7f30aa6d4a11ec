"""Writes ``docs/status-machines.md`` from ``rules``: ``python -m channeldesk.cli.machines_page``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from channeldesk.rules.approvals import TRANSITIONS as APPROVALS
from channeldesk.rules.counts import TRANSITIONS as COUNTS
from channeldesk.rules.credit_blocks import TRANSITIONS as BLOCKS
from channeldesk.rules.order_routes import TRANSITIONS as ROUTES
from channeldesk.rules.orders import TRANSITIONS
from channeldesk.rules.publications import TRANSITIONS as PUBLICATIONS
from channeldesk.rules.shipping import TRANSITIONS as SHIPMENTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "status-machines.md"

_HEAD = """# Status machines

What is asked on a laptop and decided at headquarters has a status, and a table in `channeldesk/rules` says
who may move it where. Laptop and headquarters read the same table: a move that is not in it is refused on
both sides, with a sentence. This page is drawn from those tables by
`python -m channeldesk.cli.machines_page`; a test fails when it is stale.
"""

Moves = Mapping[tuple[Any, Any], frozenset[Any]]
"""From one status to another, and who may."""
MACHINES: dict[str, tuple[str, Moves]] = {
    "Orders and returns": ("rules/orders.py", TRANSITIONS),
    "Shipments": ("rules/shipping.py", SHIPMENTS),
    "Routes": ("rules/order_routes.py", ROUTES),
    "Requests": ("rules/approvals.py", APPROVALS),
    "Publications": ("rules/publications.py", PUBLICATIONS),
    "Stock counts": ("rules/counts.py", COUNTS),
    "Blocked partners": ("rules/credit_blocks.py", BLOCKS),
}


def render() -> str:
    return _HEAD + "".join("\n" + "\n".join(_machine(*one)) + "\n" for one in MACHINES.items())


def _machine(name: str, declared: tuple[str, Moves]) -> Iterator[str]:
    where, moves = declared
    targets = {target for _, target in moves}
    yield f"## {name}"
    yield f"`{where}`. A status without a way out is final."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for start in dict.fromkeys(start for start, _ in moves if start not in targets):
        yield f"  [*] --> {start}"
    for (start, target), actors in moves.items():
        yield f"  {start} --> {target}: {_names(actors)}"
    starts = {start for start, _ in moves}
    for end in sorted(targets - starts):
        yield f"  {end} --> [*]"
    yield "```"
    yield ""
    yield "| from | to | who |"
    yield "| --- | --- | --- |"
    for (start, target), actors in moves.items():
        yield f"| {start} | {target} | {_names(actors)} |"


def _names(actors: frozenset[Any]) -> str:
    return " or ".join(sorted(actors))


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
