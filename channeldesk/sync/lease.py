"""How long this laptop may work without a contact, as headquarters signed it (``trust.signing``).

After that it is read only: what waits is kept, and sent at the next contact, which renews the lease. Time is
the latest this laptop has seen, and goes on while the program runs, so a clock that is turned back prolongs
nothing. ``local_state`` holds headquarters' key, the lease as it was signed, its end by this laptop's clock,
its length, and that latest time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.notice import Instant, Notice, Problem
from channeldesk.store import images
from channeldesk.trust import signing

KEY, UNTIL, DAYS, SEEN = "signing_key", "lease_until", "lease_days", "clock_seen"
STATEMENT, ISSUED = "lease", "lease_issued"
UNPROVEN = "lease_unproven"
DAY_MS = 24 * 3600 * 1000
RENEWED_MS = 3600 * 1000
"""Hello comes every few minutes; a lease is written down this often at most."""
TOLERANCE_MS = 3600 * 1000
"""How far a clock may be behind what it said before: computers correct their clocks by themselves."""
NOTED_MS = 10 * 60 * 1000
"""The latest time is written down this often, with what the person does."""
SOON_MS = 3 * DAY_MS


def heard(
    known: Mapping[str, str], answer: Mapping[str, Any], device: bytes, now: int
) -> tuple[dict[str, Any], list[Notice]]:
    """What to write into the local state after a contact, and to tell the person. ``now`` in ms UTC by this
    laptop's clock. The first key is pinned; what another one signed renews nothing, nor does a lease that was
    heard before, or one from before that: somebody may have kept it.
    """
    if "lease" not in answer:  # a headquarters from before there were leases
        return {}, []
    pinned = known.get(KEY)
    told = pinned or str(answer.get("signing_key"))
    said = signing.read(answer["lease"], _bytes(told), signing.LEASE, device)
    try:
        issued = int(said["issued_at"]) if said else 0
        length = int(said["ends_at"]) - issued if said else 0
    except (KeyError, TypeError, ValueError):
        issued = length = 0
    if length <= 0:
        notices = [] if UNPROVEN in known else [Notice("sync.lease_unproven")]
        return {UNPROVEN: "yes"}, notices
    before = int(known.get(ISSUED, 0))
    if (
        issued <= before <= now + TOLERANCE_MS
    ):  # later than that, headquarters' clock was wrong, and was set right
        return {}, []
    days = str(-(-length // DAY_MS))
    values = {KEY: told, UNTIL: str(now + length), DAYS: days, SEEN: str(now), UNPROVEN: None}
    values |= {STATEMENT: str(answer["lease"]), ISSUED: str(issued)}
    later = now + length - int(known.get(UNTIL, 0))
    behind = int(known.get(SEEN, 0)) - now
    fresh = days == known.get(DAYS) and 0 <= later < RENEWED_MS and behind < TOLERANCE_MS
    mine = signing.read(known.get(STATEMENT), _bytes(told), signing.LEASE, device) is not None
    return ({}, []) if fresh and mine and UNPROVEN not in known else (values, [])


def _bytes(key: str) -> bytes | None:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return None


@dataclass(frozen=True)
class Standing:
    """``until`` and ``seen`` in ms UTC by this laptop's clock, ``clock`` what that shows now; ``days`` the
    whole length of the lease. None: headquarters gave no lease.
    """

    until: int | None = None
    days: int = 0
    seen: int = 0
    clock: int = 0

    @property
    def read_only(self) -> bool:
        return self.until is not None and self.until <= self.seen

    @property
    def clock_behind(self) -> bool:
        return self.until is not None and self.seen - self.clock > TOLERANCE_MS

    @property
    def notice(self) -> Notice | None:
        """What the person has to know, the worst of it."""
        if self.until is None:
            return None
        if self.read_only:
            last = Instant(self.until - self.days * DAY_MS)
            return Notice("trust.lease_ended", {"days": self.days, "last": last})
        if self.clock_behind:
            return Notice("trust.clock_behind", {"clock": Instant(self.clock), "seen": Instant(self.seen)})
        if self.until - self.seen <= SOON_MS:
            return Notice("trust.lease_ends", {"until": Instant(self.until)})
        return None


class Watch:
    """Looks after the lease of an open profile; any thread may ask."""

    def __init__(self, now_ms: Callable[[], int], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now_ms, self._monotonic = now_ms, monotonic
        self._lock = threading.Lock()
        self._noted = self._seen = 0
        self._looked_at = monotonic()

    def standing(self, connection: sa.Connection) -> Standing:
        until = images.read_state(connection, UNTIL)
        if until is None:
            return Standing()
        noted, days = (int(images.read_state(connection, key) or 0) for key in (SEEN, DAYS))
        clock = self._now_ms()
        return Standing(int(until), days, self._latest(noted, clock), clock)

    def _latest(self, noted: int, clock: int) -> int:
        with self._lock:
            if noted != self._noted:  # by a contact, or another process
                self._noted = self._seen = noted
                self._looked_at = self._monotonic()
            before, self._looked_at = self._looked_at, self._monotonic()
            self._seen = max(clock, self._seen + int((self._looked_at - before) * 1000))
            return self._seen

    def guard(self, connection: sa.Connection, txn: bytes) -> None:
        """Before what the person wrote is committed: raises Problem if it is for headquarters, and the lease
        has ended. Settings and the like stay on the laptop, and pass.
        """
        now = self.standing(connection)
        if now.read_only and now.notice is not None and _is_captured(connection, txn):
            raise Problem(now.notice, "remedy.contact")
        if self.is_due(now):
            self.note(connection, now)

    def is_due(self, now: Standing) -> bool:
        """Whether the latest time is to be written down."""
        return now.until is not None and now.seen - self._noted >= NOTED_MS

    def note(self, connection: sa.Connection, now: Standing) -> None:
        images.write_state(connection, {SEEN: now.seen})
        with self._lock:
            self._noted = now.seen


def _is_captured(connection: sa.Connection, txn: bytes) -> bool:
    found = connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM outbox WHERE txn = ?)", (txn,))
    return bool(found.scalar())
