"""One synchronisation round as a sequence of named steps.

Each step is either a short write transaction or a talk with headquarters, never both at once. A round can be
dropped between any two steps (a kill, a closed lid, a cancel) and the next one goes on from what was
committed: rows and cursor move together, a frozen mutation is sent again as it was.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from channeldesk.model.changes import Changes, Topic
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice, Problem
from channeldesk.store import images, outbox
from channeldesk.sync import pulling, settle
from channeldesk.sync.transport import Transport, Untrusted
from channeldesk.wire import PROTOCOL, SCHEMA

if TYPE_CHECKING:
    from channeldesk.store.database import Database


@dataclass(frozen=True)
class Step:
    """A point between two steps: a name, and how far the round is.

    ``parts`` are rows done and expected by entity of a pull, in the order in which they come; an entity that
    an earlier, interrupted round completed is not among them.
    """

    name: str
    done: int = 0
    expected: int = 0
    entity: str = ""
    parts: tuple[tuple[str, int, int], ...] = ()


@dataclass
class RoundResult:
    """What a round did."""

    pushed: int = 0
    conflicts: int = 0
    rejected: int = 0
    pulled: int = 0
    set_aside: int = 0
    finished: bool = False
    mode: str = ""
    changes: set[Topic] = field(default_factory=set)

    def topics(self) -> Changes:
        return frozenset(self.changes | {Topic.SYNC})

    def moved(self, entity: str) -> None:
        self.changes.add(ENTITIES[entity].topic)


class Round:
    """Pushes what waits, then pulls what is new."""

    def __init__(
        self,
        database: Database,
        transport: Transport,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        new_id: Callable[[], bytes] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        from channeldesk.model.ids import new_id as default_id

        self.database, self.transport = database, transport
        self.now_ms, self.new_id, self.rng = now_ms, new_id or default_id, rng or random.Random()
        self.result = RoundResult()
        self._limit, self._bytes = 500, 4_000_000

    def run(
        self, progress: Callable[[Step], None] | None = None, cancel: Callable[[], bool] | None = None
    ) -> RoundResult:
        """Runs every step; returns early, with ``finished`` false, when ``cancel`` says so.

        Raises Offline, SignInNeeded or Refused; what was committed before stays.
        """
        steps = self.steps()
        try:
            for step in steps:
                if progress is not None:
                    progress(step)
                if cancel is not None and cancel():
                    return self.result
        finally:
            steps.close()
        return self.result

    def steps(self) -> Generator[Step, None, None]:
        yield from self._greet()
        yield from self._push()
        yield from self._pull()
        with self.database.apply() as connection:
            images.write_state(connection, {"last_sync_at": self.now_ms()})
        self.result.finished = True
        yield Step("finished")

    def _greet(self) -> Iterator[Step]:
        hello = self.transport.hello()
        try:
            spoken = range(hello["protocol"]["min"], hello["protocol"]["max"] + 1)
            user, role = str(hello["user"]["id"]), str(hello["user"]["role"])
            device, known_mid = str(hello["device"]["id"]), int(hello["device"]["last_mid"])
            epoch = str(hello["epoch"])
            self._limit = int(hello["limits"]["push_mutations"])
            self._bytes = int(hello["limits"]["push_bytes"])
        except (KeyError, TypeError, ValueError) as error:  # something else answers at this address
            raise Untrusted(Notice("sync.unexpected_answer", {"status": 200})) from error
        if PROTOCOL not in spoken:
            raise Problem(Notice("sync.protocol", {"ours": PROTOCOL, "theirs": spoken[-1]}))
        with self.database.apply() as connection:
            owner = images.read_state(connection, "user_id")
            if owner is not None and owner != user:
                raise Problem(Notice("sync.other_user"))
            last_mid = int(images.read_state(connection, "last_mid") or 0)
            if known_mid > last_mid:
                raise Problem(Notice("sync.profile_restored"), remedy="sync.profile_restored.remedy")
            values = {"user_id": user, "device_id": device, "role": role, "server_epoch": epoch}
            images.write_state(connection, values)
        yield Step("greeted")

    def _push(self) -> Iterator[Step]:
        with self.database.apply() as connection:
            last_mid = int(images.read_state(connection, "last_mid") or 0)
            newest = outbox.freeze(connection, last_mid)
            if newest != last_mid:
                images.write_state(connection, {"last_mid": newest})
            epoch = images.read_state(connection, "server_epoch")
        yield Step("frozen")
        sent = 0
        while True:
            with self.database.read() as connection:
                mutations = outbox.batch(connection, self._limit, self._bytes // 2)
                total = sent + len(mutations)
            if not mutations:
                return
            request = {"schema": SCHEMA, "epoch": epoch, "mutations": [m.to_wire() for m in mutations]}
            answer = self.transport.push(request)
            yield Step("answered", sent, total)
            with self.database.apply() as connection:
                settle.settle(
                    connection, mutations, answer, self.result, now_ms=self.now_ms, new_id=self.new_id
                )
            sent += len(mutations)
            yield Step("settled", sent, total)

    def _pull(self) -> Iterator[Step]:
        yield from pulling.pull(
            self.database, self.transport, self.result, now_ms=self.now_ms, new_id=self.new_id
        )


def describe(result: RoundResult) -> dict[str, Any]:
    """A round as plain data, for the worker's pipe and ``--json``."""
    return {
        "finished": result.finished,
        "mode": result.mode,
        "pushed": result.pushed,
        "pulled": result.pulled,
        "conflicts": result.conflicts,
        "rejected": result.rejected,
        "set_aside": result.set_aside,
        "changes": sorted(result.changes),
    }
