"""first_sync: a manager's whole network into an empty encrypted profile, through a real server process."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import cache, floor_rows, headquarters, laptop, sync_server
from benchmarks.network import Network, Size
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured, server
from benchmarks.samples import interleave, median
from benchmarks.say import say

UNIT = "s"
PEERS = {"floor, indexes first": ("--indexes", "first"), "floor, encrypted": ("--encrypted",)}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=Size.lines, help="order lines (default %(default)s)")
    parser.add_argument("--partners", type=int, default=Size.partners)
    parser.add_argument("--products", type=int, default=Size.products)


def run(options: argparse.Namespace) -> Outcome:
    size = Size(options.lines, options.partners, options.products)
    fingerprint = cache.fingerprint("benchmarks/network.py", "benchmarks/floor_rows.py")
    packed = cache.kept(
        f"floor-{size.name}", fingerprint, "rows.ndjson.gz", lambda at: floor_rows.write(Network(size), at)
    )
    with tempfile.TemporaryDirectory(prefix="channeldesk-bench-") as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        empty = laptop.make(folder / "empty.db")
        database = headquarters.database(size, folder)
        ours_at = servers.enter_context(sync_server.running(database, log=folder / "hq.log"))
        command = [sys.executable, "-m", "benchmarks.floor_server", str(packed)]
        floor_at = servers.enter_context(server(command, log=folder / "floor.log"))
        answer = sync_server.answer_size(ours_at, sync_server.sign_in(ours_at))
        sides: dict[str, Callable[[], dict[str, Any]]] = {
            "ours": lambda: _ours(ours_at, empty, folder, size),
            "floor": lambda: _floor(floor_at, folder, size),
        }
        for peer, how in PEERS.items():
            sides[peer] = lambda how=how: _floor(floor_at, folder, size, *how)  # type: ignore[misc]
        samples = interleave(sides, options.runs, figure="s")
    return _outcome(samples, answer, packed.stat().st_size)


_numbers = itertools.count(1)


def _ours(address: str, empty: Path, folder: Path, size: Size) -> dict[str, Any]:
    token = sync_server.sign_in(address)
    file = Path(shutil.copyfile(empty, folder / f"ours-{next(_numbers)}.db"))
    sample = measured("benchmarks.first_sync_client", address, token, file)
    _forget(file)
    wrong = [table for table, count in sample["differences"].items() if count]
    if sample["sold"][0] != size.lines or not sample["finished"] or sample["set_aside"] or wrong:
        raise CannotRun(f"the round did not bring what it should: {sample}")
    if (
        sample["missing_indexes"]
        or sample["suspended"]
        or sample["searchable"] < size.partners + size.products
    ):
        raise CannotRun(f"the rows are there, but not searchable and summarised: {sample}")
    return sample


def _floor(address: str, folder: Path, size: Size, *how: str) -> dict[str, Any]:
    file = folder / f"floor-{next(_numbers)}.db"
    sample = measured("benchmarks.floor_client", address, file, *how)
    _forget(file)
    if sample["sold"][0] != size.lines:
        raise CannotRun(f"the floor did not bring what it should: {sample}")
    return sample


def _forget(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


def _outcome(samples: dict[str, list[dict[str, Any]]], answer: dict[str, Any], floor_bytes: int) -> Outcome:
    ours, floor = samples["ours"], samples["floor"]
    if ours[0]["sold"] != floor[0]["sold"]:
        say(f"note: ours and the floor sold differently: {ours[0]['sold']} and {floor[0]['sold']}")
    parts = {name: median([one["parts"] for one in ours], name) for name in ours[0]["parts"]}
    detail = {
        "rows": ours[0]["rows"],
        "bytes": answer["bytes"],
        "peak_memory_mb": median(ours, "peak_memory_mb"),
        "database_mb": ours[0]["database_mb"],
        "parts_s": parts,
        "waited_for_answer_s": median(ours, "waited"),
        "floor_rows": floor[0]["rows"],
        "floor_bytes": floor_bytes,
        "floor_peak_memory_mb": median(floor, "peak_memory_mb"),
        "samples_s": {name: [one["s"] for one in some] for name, some in samples.items()},
        "cpu_s": {name: median(some, "cpu_s") for name, some in samples.items()},
        "process_s": {name: median(some, "process_s") for name, some in samples.items()},
    }
    peers = {name: median(samples[name], "s") for name in PEERS}
    return Outcome(UNIT, median(ours, "s"), median(floor, "s"), peers, detail)
