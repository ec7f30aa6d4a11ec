"""Other programs that do the same work, measured beside ours: installed by npm when a benchmark wants them.

What they need lies outside the repository, in ``CHANNELDESK_BENCHMARK_PEERS`` or the user's cache folder.
Without Node, npm or a network a benchmark says so and goes on without them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import floor_rows
from benchmarks.changes import ChangeSet
from benchmarks.say import say
from benchmarks.talk import Talker, talker

NAMES = ("pouchdb", "watermelondb")
TITLES = {
    "pouchdb": "PouchDB 9 with express-pouchdb",
    "watermelondb": "WatermelonDB 0.28 on better-sqlite3",
}
_HERE = Path(__file__).resolve().parent
_INSTALL_SECONDS = 600


def folder() -> Path:
    usual = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "channeldesk-benchmark-peers"
    return Path(os.environ.get("CHANNELDESK_BENCHMARK_PEERS", usual))


def installed(name: str) -> Path | None:
    """The folder with the peer's programs and what they need; None, having said why, if not."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        say(f"without {TITLES[name]}: it needs Node and npm")
        return None
    wanted = (_HERE / name / "package.json").read_text(encoding="utf-8")
    place = folder() / name
    place.mkdir(parents=True, exist_ok=True)
    done = place / "installed.json"
    for file in (*(_HERE / name).glob("*.js*"), *(_HERE / "shared").glob("*.js")):
        shutil.copyfile(file, place / file.name)
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        say(f"installing {TITLES[name]} with npm")
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or b""
            say(f"without {TITLES[name]}: npm could not install it: {error} {said.decode(errors='replace')}")
            return None
        done.write_text(wanted, encoding="utf-8")
    return place


@dataclass
class Peer:
    """A peer's server with the rows; ``laptop`` starts a client of it."""

    name: str
    server: Talker
    url: str
    place: Path
    scratch: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextlib.contextmanager
    def laptop(self, url: str | None = None) -> Iterator[PeerSide]:
        """A new client with an empty database."""
        here = self.scratch / f"client-{next(self._numbers)}"
        here.mkdir()
        command = ["node", "--max-old-space-size=16000", "client.js", url or self.url, str(here)]
        with talker(command, log=self.scratch / f"{here.name}.log", cwd=self.place) as client:
            yield PeerSide(self, client)
        shutil.rmtree(here)


class PeerSide:
    """As the phases want it (``benchmarks/stage.py``)."""

    def __init__(self, peer: Peer, client: Talker) -> None:
        self._peer, self._client = peer, client

    def first(self) -> dict[str, Any]:
        return self._client.ask("first")

    def change(self, changes: ChangeSet) -> None:
        file = self._peer.scratch / "changes.ndjson.gz"
        file.write_bytes(floor_rows.packed_changes(changes))
        self._peer.server.ask("change", file=str(file))

    def pull(self) -> dict[str, Any]:
        return self._client.ask("pull")

    def edit(self, count: int, phone: str) -> None:
        self._client.ask("edit", count=count, phone=phone)

    def push(self) -> dict[str, Any]:
        return self._client.ask("push")

    def check(self, phone: str) -> dict[str, Any]:
        return self._client.ask("check", phone=phone)


@contextlib.contextmanager
def running(name: str, packed: Path, scratch: Path) -> Iterator[Peer | None]:
    """The peer's server, filled with ``packed`` rows, for the length of the block; None if not to be had."""
    place = installed(name)
    if place is None:
        yield None
        return
    here = scratch / name
    here.mkdir()
    command = ["node", "--max-old-space-size=16000", "server.js", str(packed), str(here)]
    say(f"filling the server of {TITLES[name]}")
    with talker(command, log=scratch / f"{name}-server.log", cwd=place) as server:
        yield Peer(name, server, server.hear()["url"], place, here)
