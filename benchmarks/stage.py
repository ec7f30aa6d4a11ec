"""What the phases after the first synchronisation need: the same network on both sides, warm and driven.

Every side holds the same rows, is given the same changes and makes the same edits; after each sample its rows
are compared with what they should be, outside the clock.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from benchmarks import floor_rows, headquarters, laptop, peers, sync_server
from benchmarks.changes import Changes, ChangeSet
from benchmarks.counting import Counter, counting
from benchmarks.network import Size
from benchmarks.outcome import CannotRun
from benchmarks.process import server
from benchmarks.say import say
from benchmarks.size import Peers
from benchmarks.talk import Talker, talker

TIMES = 20
"""Rounds with nothing new in one sample."""

Sample = dict[str, Any]


class Side(Protocol):
    """Ours, the floor or a peer. ``s`` of a sample is what counts."""

    def change(self, changes: ChangeSet) -> None: ...

    def pull(self) -> Sample: ...

    def edit(self, count: int, phone: str) -> None: ...

    def push(self) -> Sample: ...

    def check(self, phone: str) -> dict[str, Any]: ...


class Ours:
    def __init__(self, desk: Talker, changes: Changes) -> None:
        self._desk, self._changes = desk, changes

    def change(self, changes: ChangeSet) -> None:
        self._changes.apply(changes)

    def pull(self) -> Sample:
        return self._desk.ask("round")

    def edit(self, count: int, phone: str) -> None:
        self._desk.ask("edit", count=count, phone=phone)

    def push(self) -> Sample:
        return self._desk.ask("round")

    def check(self, phone: str) -> dict[str, Any]:
        return self._desk.ask("check", phone=phone)


class Floor:
    def __init__(self, desk: Talker, address: str) -> None:
        self._desk, self._address = desk, address

    def change(self, changes: ChangeSet) -> None:
        import requests

        body = floor_rows.packed_changes(changes)
        requests.put(f"{self._address}/changes", data=body, timeout=60).raise_for_status()

    def pull(self) -> Sample:
        return self._desk.ask("pull")

    def edit(self, count: int, phone: str) -> None:
        self._desk.ask("edit", count=count, phone=phone)

    def push(self) -> Sample:
        return self._desk.ask("push")

    def check(self, phone: str) -> dict[str, Any]:
        return self._desk.ask("check", phone=phone)


class Stage:
    """The sides by name, each with what makes the changes that its turns bring."""

    def __init__(self, size: Size, peer_size: Size) -> None:
        self.size, self.peer_size = size, peer_size
        self.sides: dict[str, Side] = {}
        self.counters: dict[str, Counter] = {}
        """What travelled so far, where that is counted."""
        self._changes: dict[str, Changes] = {}
        self._turns: dict[str, int] = {}

    def enter(self, name: str, side: Side, changes: Changes) -> None:
        self.sides[name], self._changes[name], self._turns[name] = side, changes, 0

    def rows(self, name: str) -> int:
        """Of the first synchronisation of a side."""
        return (self.size if name in ("ours", "floor") else self.peer_size).rows

    def pulled(self, name: str, count: int) -> Sample:
        """One round that brings ``count`` changes."""
        side, turn = self.sides[name], self._turn(name)
        side.change(self._changes[name].make(count, turn))
        sample = side.pull()
        if sample["pulled"] != count:
            raise CannotRun(f"{name} took {sample['pulled']} of {count} changes: {sample}")
        return self._checked(name, sample)

    def pushed(self, name: str, count: int) -> Sample:
        """One round that hands ``count`` edits over."""
        side, phone = self.sides[name], f"{self._turn(name):04}"
        side.edit(count, phone)
        sample = side.push()
        if sample["pushed"] != count:
            raise CannotRun(f"{name} handed over {sample['pushed']} of {count} edits: {sample}")
        return self._checked(name, sample, phone, count)

    def idle(self, name: str) -> Sample:
        """The median of some rounds in which nothing is new."""
        samples = [self.sides[name].pull() for _ in range(TIMES)]
        if any(sample["pulled"] for sample in samples[1:]):
            raise CannotRun(f"{name} took something although nothing had changed")
        seconds = statistics.median(sample["s"] for sample in samples)
        return samples[-1] | {"s": seconds, "ms": seconds * 1000}

    def _turn(self, name: str) -> int:
        self._turns[name] += 1
        return self._turns[name]

    def _checked(self, name: str, sample: Sample, phone: str = "-", phones: int = 0) -> Sample:
        found = self.sides[name].check(phone)
        wrong = found.get("waiting") or found.get("differences") or sample.get("unsolved")
        if wrong or found["phones"] != phones:
            raise CannotRun(f"{name} did not end as it should: {sample} {found}")
        return sample | {"sold": found["sold"]}


@contextlib.contextmanager
def stage(size: Size, others: Peers, *, counted: bool = False) -> Iterator[Stage]:
    """Every side filled, over real server processes, for the length of the block.

    ``counted`` puts a counter into every line, which takes time of its own.
    """
    with tempfile.TemporaryDirectory(prefix="channeldesk-bench-") as name, contextlib.ExitStack() as open_:
        folder = Path(name)
        here = Stage(size, others.size)

        def line(name: str, address: str) -> str:
            if counted:
                here.counters[name] = open_.enter_context(counting(address))
            return here.counters[name].url if counted else address

        database = headquarters.database(size, folder)
        changes = Changes(database)
        open_.callback(changes.close)
        address = open_.enter_context(sync_server.running(database, log=folder / "hq.log"))
        ours = _our_laptop(line("ours", address), sync_server.sign_in(address), folder)
        here.enter("ours", Ours(open_.enter_context(ours), changes), changes)
        packed = floor_rows.kept(size)
        command = [sys.executable, "-m", "benchmarks.floor_hq", str(packed), str(folder / "floor-hq.db")]
        floor_at = open_.enter_context(server(command, log=folder / "floor-hq.log"))
        floor = open_.enter_context(
            _python("floor_desk", folder, line("floor", floor_at), folder / "floor.db")
        )
        floor.ask("fill")
        here.enter("floor", Floor(floor, floor_at), changes)
        _enter_peers(here, others, changes, folder, line, open_)
        yield here


@contextlib.contextmanager
def _our_laptop(address: str, token: str, folder: Path) -> Iterator[Talker]:
    file = laptop.make(folder / "ours.db")
    with _python("round_client", folder, address, token, file) as ours:
        say("the first synchronisation of every side")
        ours.ask("round")
        yield ours


def _enter_peers(
    here: Stage,
    others: Peers,
    changes: Changes,
    folder: Path,
    line: Callable[[str, str], str],
    open_: contextlib.ExitStack,
) -> None:
    if others.names and others.size != here.size:
        apart = folder / "peers"
        apart.mkdir()
        changes = Changes(headquarters.database(others.size, apart))
        open_.callback(changes.close)
    for name in others.names:
        peer = open_.enter_context(peers.running(name, floor_rows.kept(others.size), folder))
        if peer is not None:
            side = open_.enter_context(peer.laptop(line(peers.TITLES[name], peer.url)))
            side.first()
            here.enter(peers.TITLES[name], side, changes)


def _python(module: str, folder: Path, *arguments: object) -> contextlib.AbstractContextManager[Talker]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return talker(command, log=folder / f"{module}.log")
