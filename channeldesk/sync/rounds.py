"""Runs one round of an open profile: here or in a process of its own, one at a time, noted in the history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import history, local_facts, tokens, wiping
from channeldesk.sync.engine import Round, RoundResult, Step
from channeldesk.sync.errand import Errand, Reason
from channeldesk.sync.line import Line
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import Cancel, Cancelled, SignInNeeded

if TYPE_CHECKING:
    from channeldesk.store.database import Database

BULK = 20_000
"""Rows to come from which on a round moves to another process: a thread makes the window stutter."""

Progress = Callable[[Step], None]


class Rounds:
    """``run`` may be called from any thread; a second caller waits for the first."""

    def __init__(
        self, database: Database, key: bytes, *, now_ms: Callable[[], int], new_id: Callable[[], bytes]
    ) -> None:
        self.lock = threading.Lock()
        self._database, self._key, self._now_ms, self._new_id = database, key, now_ms, new_id
        self._line = Line()

    def close(self) -> None:
        """Hangs up. When the last round has ended."""
        self._line.close()

    def run(
        self,
        server: str,
        errand: Errand,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        in_process: bool | None = None,
    ) -> RoundResult:
        """One round, in a process of its own if it is a first one, compares everything, or turns out large.

        Raises what the round raised; ``errand.result`` says what it did until then.
        """
        with self.lock:
            started, problem = self._now_ms(), Notice("sync.defect")
            ended = False
            try:
                result = self._dispatch(server, errand, progress, cancel, in_process)
                ended = True
                return result
            except SignInNeeded as error:
                problem = error.notice
                wiping.look(self._database, server)
                raise
            except Problem as error:
                problem = error.notice
                raise
            finally:
                history.record(self._database, errand, started, self._now_ms(), None if ended else problem)

    def _dispatch(
        self,
        server: str,
        errand: Errand,
        progress: Progress | None,
        cancel: Cancel | None,
        in_process: bool | None,
    ) -> RoundResult:
        with self._database.read() as connection:
            token = tokens.access(connection)
            bulk = local_facts.needs_filling(connection) or errand.reason is Reason.CHECK
            bulk = bulk if in_process is None else not in_process
        if token is None:
            raise SignInNeeded(Notice("sync.sign_in_needed"))
        if bulk:
            return self._elsewhere(server, token, errand, progress, cancel)
        watch = _Watch(progress, cancel, BULK if in_process is None else None)
        try:
            result = self._here(server, token, errand, watch)
        except Cancelled:
            return errand.result
        if not watch.too_large:
            return result
        return self._elsewhere(server, token, errand, progress, cancel)

    def _here(self, server: str, token: str, errand: Errand, watch: _Watch) -> RoundResult:
        renew = Keeper.at(server, self._database).renew
        with self._line.to(server, token, renew, watch.cancel) as transport:

            def progress(step: Step) -> None:
                errand.sent, errand.received = transport.bytes_sent, transport.bytes_received
                watch.progress(step)

            check = errand.reason is Reason.CHECK
            one = Round(self._database, transport, now_ms=self._now_ms, new_id=self._new_id, check=check)
            errand.result = one.result
            try:
                return one.run(progress, watch.cancel)
            finally:
                errand.sent, errand.received = transport.bytes_sent, transport.bytes_received

    def _elsewhere(
        self, server: str, token: str, errand: Errand, progress: Progress | None, cancel: Cancel | None
    ) -> RoundResult:
        from channeldesk.sync import worker

        order: dict[str, Any] = {
            "database": str(self._database.path),
            "key": self._key.hex(),
            "server": server,
            "token": token,
            "check": errand.reason is Reason.CHECK,
        }
        before = errand.result, errand.sent, errand.received
        try:
            worker.run(order, progress, cancel, errand)
        finally:
            errand.result = joined(before[0], errand.result)
            errand.sent += before[1]
            errand.received += before[2]
        return errand.result


class _Watch:
    """Stops a round before it takes over more than ``most`` rows."""

    def __init__(self, progress: Progress | None, cancel: Cancel | None, most: int | None) -> None:
        self._progress, self._cancel, self._most = progress, cancel, most
        self.too_large = False

    def progress(self, step: Step) -> None:
        if self._most is not None and step.name == "pull started" and step.expected > self._most:
            self.too_large = True
        if self._progress is not None:
            self._progress(step)

    def cancel(self) -> bool:
        return self.too_large or (self._cancel is not None and self._cancel())


def joined(first: RoundResult, then: RoundResult) -> RoundResult:
    """What two parts of one round did together: counts add up, all else is as the second left it."""
    if first is then:
        return then
    for one in fields(RoundResult):
        before, after = getattr(first, one.name), getattr(then, one.name)
        if type(before) is int and type(after) is int:
            setattr(then, one.name, before + after)
    then.changes |= first.changes
    then.notices[:0] = first.notices
    return then
