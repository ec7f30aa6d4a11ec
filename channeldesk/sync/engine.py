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
from channeldesk.queries import kept
from channeldesk.store import images, journal, orphans, outbox, trail
from channeldesk.sync import digest, lease, pulling, recovery, settle, wiping, witness
from channeldesk.sync.transport import Offline, Refused, Transport, Untrusted
from channeldesk.wire import PROTOCOL, SCHEMA

if TYPE_CHECKING:
    from channeldesk.store.database import Database


_MENDED = 20
"""Refusals of a push in one round that are put right by themselves."""


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
    dropped: int = 0
    """Units that were taken away from the person."""
    finished: bool = False
    mode: str = ""
    notices: list[Notice] = field(default_factory=list)
    """What the round noticed and mended by itself, for the history."""
    checked: int | None = None
    """Units that differed from headquarters', when the copy was compared; None when it was not."""
    changes: set[Topic] = field(default_factory=set)

    def topics(self) -> Changes:
        return frozenset(self.changes | {Topic.SYNC})

    def moved(self, entity: str) -> None:
        self.changes.add(ENTITIES[entity].topic)


class Round:
    """Pushes what waits, then pulls what is new; with ``check``, compares the copy with headquarters' and
    mends it. ``schema``: version of this program's entities.
    """

    def __init__(
        self,
        database: Database,
        transport: Transport,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        new_id: Callable[[], bytes] | None = None,
        rng: random.Random | None = None,
        schema: int = SCHEMA,
        check: bool = False,
    ) -> None:
        from channeldesk.model.ids import new_id as default_id

        self.database, self.transport = database, transport
        self.now_ms, self.new_id, self.rng = now_ms, new_id or default_id, rng or random.Random()
        self.schema, self.check = schema, check
        self.result = RoundResult()
        self._limit, self._bytes = 500, 4_000_000
        self._news = True
        self._their_schema = schema
        self._last_mid = 0
        self._their_time = 0
        self._witnessed: dict[str, str] = {}
        self._order: wiping.Order | None = None
        self._sent: list[outbox.Mutation] = []
        self._together = self._limit
        """Mutations of one push: fewer while one is looked for that headquarters cannot read."""
        self.device_name = ""

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
        if self._order is not None:
            yield from self._leave(self._order)
        too_old = yield from self._push()
        yield from self._pull()
        if self.result.dropped and not too_old:
            # Edits in units that were taken away are answered at once: the inbox keeps them, the rows go.
            yield from self._push()
        if self.check:
            yield from self._check()
        if too_old is not None:
            raise too_old
        with self.database.apply() as connection:
            if self.result.pushed:
                journal.prune(connection, min(self._their_time, self.now_ms()))
                trail.prune(connection, min(self._their_time, self.now_ms()))
            images.write_state(connection, {"last_sync_at": self.now_ms(), **self._witnessed})
        self.result.finished = True
        yield Step("finished")

    def _greet(self) -> Iterator[Step]:
        with self.database.read() as connection:
            cursor = images.read_state(connection, "cursor")
            witnessed = images.read_state(connection, witness.HEAD)
            keep = kept.read(connection)
        hello = self.transport.hello(cursor, self.schema, witness.told(witnessed), keep)
        try:
            spoken = range(hello["protocol"]["min"], hello["protocol"]["max"] + 1)
            user, role = str(hello["user"]["id"]), str(hello["user"]["role"])
            device, prefix = bytes.fromhex(hello["device"]["id"]), str(hello["device"]["prefix"])
            self._last_mid = int(hello["device"]["last_mid"])
            epoch = str(hello["epoch"])
            self._limit = int(hello["limits"]["push_mutations"])
            self._bytes = int(hello["limits"]["push_bytes"])
            self._news = bool(hello["news"])
            self._their_schema = int(hello["schema"])
            self._their_time = int(hello["server_time"])
        except (KeyError, TypeError, ValueError) as error:  # something else answers at this address
            raise Untrusted(Notice("sync.unexpected_answer", {"status": 200})) from error
        if PROTOCOL not in spoken:
            raise Problem(Notice("sync.protocol", {"ours": PROTOCOL, "theirs": spoken[-1]}))
        with self.database.read() as connection:
            known = images.read_states(connection)
            last_mid = int(known.get("last_mid", 0))
            lost = recovery.forgotten(connection, last_mid, self._last_mid)
        if known.get("user_id", user) != user:
            raise Problem(Notice("sync.other_user"))
        another = known.get("device_id", device.hex()) != device.hex()
        if known.get("server_epoch", epoch) != epoch or (lost and not another):
            for _ in recovery.restart(self.database, self._last_mid, epoch, self.new_id):
                yield Step("compared")
            self.result.notices.append(Notice("sync.epoch"))
            self._news = True
        elif another:
            with self.database.apply() as connection:
                recovery.adopt(connection, device, prefix, self._last_mid)
        elif self._last_mid > last_mid:
            self._renew()
        self._witnessed, notices = witness.heard(witnessed, hello, self.now_ms())
        self.result.notices += notices
        values: dict[str, str | None] = {"user_id": user, "role": role, "server_epoch": epoch}
        values |= self._witnessed if notices else {}
        found, notices = lease.heard(known, hello, device, self.now_ms())
        self.result.notices += notices
        values |= found
        if "device_id" not in known:
            values |= {"device_id": device.hex(), "device_prefix": prefix}
        if any(known.get(key) != value for key, value in values.items()):
            with self.database.apply() as connection:
                images.write_state(connection, values)
        self._order = wiping.read(known | {"device_id": device.hex()} | found, hello.get("order"))
        yield Step("greeted")

    def _leave(self, order: wiping.Order) -> Iterator[Step]:
        """Headquarters wants this laptop's data destroyed: it gets what waits, unless it wants nothing more.
        Where it refuses a whole push, the order waits.
        """
        if not order.at_once:
            refused = yield from self._push()
            if refused is not None:
                raise refused
        raise wiping.WipeOrdered.by(order)

    def _renew(self) -> None:
        self.result.notices.append(recovery.renew(self.database, self.transport, self.device_name))
        self._last_mid = 0

    def _push(self) -> Generator[Step, None, Refused | None]:
        """Returns the refusal, when this program is too old to be listened to: it may still read."""
        for _ in range(_MENDED):
            try:
                yield from self._push_once()
                return None
            except Refused as refused:
                if refused.notice.code == "sync.upgrade_needed":
                    return refused
                if not self._mend(refused):
                    raise
            yield Step("mended")
        raise Offline(Notice("sync.connection_lost"))

    def _mend(self, refused: Refused) -> bool:
        """Puts right what headquarters objects to, where that can be done without a person."""
        code, params = refused.notice.code, refused.notice.params
        if code == "sync.cloned_device":
            self._renew()
        elif code == "sync.epoch":  # between hello and this push: the next round greets it
            raise Offline(refused.notice)
        elif code == "sync.gap":
            self._last_mid = int(params["expected"]) - 1  # type: ignore[arg-type]
            with self.database.apply() as connection:
                outbox.unfreeze(connection)
                images.write_state(connection, {"last_mid": self._last_mid})
        elif code == "sync.uuid_reused":
            with self.database.apply() as connection:
                outbox.unfreeze(connection)
                outbox.relabel(connection, bytes.fromhex(str(params["uuid"])), self.new_id())
                images.write_state(connection, {"last_mid": self._last_mid})
        elif code in ("request.too_large", "request.malformed") and self._sent:
            if len({m.txn for m in self._sent}) > 1:
                self._together = 1  # one transaction at a time finds the one that is meant
            else:
                self._set_aside(refused.notice)
        else:
            return False
        return True

    def _set_aside(self, notice: Notice) -> None:
        """Headquarters takes this transaction in no form: the inbox keeps it, and it blocks nothing."""
        with self.database.apply() as connection:
            settle.set_aside(connection, self._sent, notice, self.now_ms(), self.new_id())
            outbox.unfreeze(connection)
            images.write_state(connection, {"last_mid": self._last_mid})
        self._together = self._limit
        self.result.rejected += 1
        self.result.changes.add(Topic.INBOX)

    def _push_once(self) -> Iterator[Step]:
        with self.database.read() as connection:
            last_mid = int(images.read_state(connection, "last_mid") or 0)
            epoch = images.read_state(connection, "server_epoch")
            waiting = outbox.to_send(connection)
            orphaned = orphans.found(connection)
        if waiting or orphaned:
            with self.database.apply() as connection:
                newest = outbox.freeze(connection, last_mid, self._their_schema)
                if newest != last_mid:
                    images.write_state(connection, {"last_mid": newest})
                for entity in orphans.settle_all(connection):
                    self.result.moved(entity)
        yield Step("frozen")
        sent = 0
        while waiting:
            with self.database.read() as connection:
                most = min(self._limit, self._together)
                self._sent = outbox.batch(connection, most, self._bytes // 2)
                total = sent + len(self._sent)
            if not self._sent:
                return
            wire = [m.to_wire() for m in self._sent]
            answer = self.transport.push({"schema": self.schema, "epoch": epoch, "mutations": wire})
            yield Step("answered", sent, total)
            with self.database.apply() as connection:
                settle.settle(
                    connection,
                    self._sent,
                    answer,
                    self.result,
                    now_ms=self.now_ms,
                    their_time=self._their_time,
                    new_id=self.new_id,
                )
            self._last_mid = max(self._last_mid, *(m.mid or 0 for m in self._sent))
            self._news = True
            sent += len(self._sent)
            yield Step("settled", sent, total)

    def _check(self) -> Iterator[Step]:
        self.result.checked = digest.check(self.database, self.transport)
        yield Step("checked")
        if self.result.checked:
            self._news = True
            yield from self._pull()
            self.result.notices.append(Notice("sync.repaired", {"units": self.result.checked}))

    def _pull(self) -> Iterator[Step]:
        if not self._news:
            with self.database.read() as connection:
                if pulling.at_rest(connection):
                    return
        yield from pulling.pull(
            self.database,
            self.transport,
            self.result,
            now_ms=self.now_ms,
            new_id=self.new_id,
            schema=self.schema,
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
        "dropped": result.dropped,
        "checked": result.checked,
        "notices": [notice.to_wire() for notice in result.notices],
        "changes": sorted(result.changes),
    }
