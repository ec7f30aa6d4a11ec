"""The size of a benchmark's network, and which peers it meets, as options of its command."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from benchmarks.network import Size

PEER_ROWS = 100_000


@dataclass(frozen=True)
class Peers:
    """Names of peers to measure beside ours, and the network they get."""

    names: tuple[str, ...]
    size: Size


def add_options(parser: argparse.ArgumentParser, *, rows: int = Size.lines) -> None:
    parser.add_argument("--rows", type=int, default=rows, help="order lines (default %(default)s)")
    parser.add_argument("--partners", type=int, default=Size.partners)
    parser.add_argument("--products", type=int, default=Size.products)


def add_peer_options(parser: argparse.ArgumentParser) -> None:
    from benchmarks.peers import NAMES

    parser.add_argument(
        "--peers", nargs="*", choices=NAMES, default=list(NAMES), help="to measure as well (default: all)"
    )
    parser.add_argument(
        "--peer-rows",
        type=int,
        default=PEER_ROWS,
        help="order lines that peers get, if fewer (default %(default)s)",
    )


def of(options: argparse.Namespace, *, contacts: int = 0) -> Size:
    return Size(options.rows, options.partners, options.products, contacts)


def peers_of(options: argparse.Namespace, *, contacts: int = 0) -> Peers:
    lines = min(options.rows, options.peer_rows)
    return Peers(tuple(options.peers), replace(of(options, contacts=contacts), lines=lines))
