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

from benchmarks import floor_rows, headquarters, laptop, local_writes, peers, size, sync_server
from benchmarks.network import Size
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured, server
from benchmarks.samples import interleave, median
from benchmarks.say import say

UNIT = "s"
FLOORS = {"floor, indexes first": ("--indexes", "first"), "floor, encrypted": ("--encrypted",)}

Sides = dict[str, Callable[[], dict[str, Any]]]


def add_options(parser: argparse.ArgumentParser) -> None:
    size.add_options(parser)
    size.add_peer_options(parser)


def run(options: argparse.Namespace) -> Outcome:
    rows, others = size.of(options), size.peers_of(options)
    packed = floor_rows.kept(rows)
    with tempfile.TemporaryDirectory(prefix="channeldesk-bench-") as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        empty = laptop.make(folder / "empty.db")
        database = headquarters.database(rows, folder)
        ours_at = servers.enter_context(sync_server.running(database, log=folder / "hq.log"))
        command = [sys.executable, "-m", "benchmarks.floor_server", str(packed)]
        floor_at = servers.enter_context(server(command, log=folder / "floor.log"))
        answer = sync_server.answer_size(ours_at, sync_server.sign_in(ours_at))
        sides: Sides = {
            "ours": lambda: _ours(ours_at, empty, folder, rows),
            "floor": lambda: _floor(floor_at, folder, rows),
        }
        for floor, how in FLOORS.items():
            sides[floor] = lambda how=how: _floor(floor_at, folder, rows, *how)  # type: ignore[misc]
        for peer in others.names:
            made = servers.enter_context(peers.running(peer, floor_rows.kept(others.size), folder))
            if made is not None:
                sides[peers.TITLES[peer]] = lambda made=made: _peer(made, others.size)  # type: ignore[misc]
        samples = interleave(sides, options.runs, figure="s")
        beside = _ours(ours_at, empty, folder, rows, writing=True)
    outcome = _outcome(samples, answer, packed.stat().st_size)
    detail = {**outcome.detail, "peer_rows": others.size.lines, "local_writes": beside["local_writes"]}
    return Outcome(outcome.unit, outcome.ours, outcome.floor, outcome.peers, detail)


_numbers = itertools.count(1)


def _ours(address: str, empty: Path, folder: Path, size: Size, *, writing: bool = False) -> dict[str, Any]:
    token = sync_server.sign_in(address)
    file = Path(shutil.copyfile(empty, folder / f"ours-{next(_numbers)}.db"))
    if writing:
        with local_writes.going_on(file, folder) as told:
            sample = measured("benchmarks.first_sync_client", address, token, file)
        sample["local_writes"] = local_writes.judged(told, sample)
    else:
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


def _peer(peer: peers.Peer, size: Size) -> dict[str, Any]:
    with peer.laptop() as side:
        sample = side.first()
        if (sold := side.check("-")["sold"])[0] != size.lines:
            raise CannotRun(f"{peer.name} did not bring what it should: {sold}")
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
        "peak_memory_of_others_mb": {
            name: median(some, "peak_memory_mb") for name, some in samples.items() if name != "ours"
        },
        "database_mb": ours[0]["database_mb"],
        "parts_s": parts,
        "longest_lock_ms": {name: max(one["locks_ms"][name] for one in ours) for name in ours[0]["locks_ms"]},
        "waited_for_answer_s": median(ours, "waited"),
        "floor_rows": floor[0]["rows"],
        "floor_bytes": floor_bytes,
        "samples_s": {name: [one["s"] for one in some] for name, some in samples.items()},
        "cpu_s": {name: median(some, "cpu_s") for name, some in samples.items()},
        "process_s": {name: median(samples[name], "process_s") for name in ("ours", "floor", *FLOORS)},
    }
    others = {name: median(some, "s") for name, some in samples.items() if name not in ("ours", "floor")}
    return Outcome(UNIT, median(ours, "s"), median(floor, "s"), others, detail)
