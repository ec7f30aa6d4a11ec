"""How often one may try to get in: counted by login and place, and for strangers by place and by login.

A place where the person has proved who it is before, or its own browser, is no stranger: it is held up by
wrong tries from that very place only. So nobody can lock a person out of everywhere by guessing elsewhere,
and guesses that come from many places at once still do not add up. A try is counted before it is looked at,
and taken back when it was right: many at the same moment are no way around.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import sqlalchemy as sa

from channeldesk.hq.database import dialect_insert
from channeldesk.hq.errors import Refusal
from channeldesk.hq.sign_in.secrets import Keys
from channeldesk.hq.sign_in.tables import sign_in_tally as tally
from channeldesk.model.notice import Notice

HOUR_MS = 3600 * 1000
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 900_000
KNOWN_MS = 90 * 24 * HOUR_MS
"""How long a place where a person signed in is no stranger to it."""


@dataclass(frozen=True)
class Limit:
    """``free`` wrong tries cost no waiting; then it doubles. Without a try for ``forgotten_ms`` all begins
    anew.
    """

    name: str
    free: int
    forgotten_ms: int


LOGIN_HERE = Limit("login here", 5, 24 * HOUR_MS)
PLACE = Limit("place", 30, HOUR_MS)
LOGIN = Limit("login", 50, HOUR_MS)
TYPED_CODE = Limit("typed code", 10, HOUR_MS)
TOKEN = Limit("token", 60, HOUR_MS)
COMPANY = Limit("company", 60, HOUR_MS)
DEVICE_CODE = Limit("device code", 60, HOUR_MS)
"""Asked for, not guessed: each is a row here, so one place gets only so many."""


@dataclass(frozen=True)
class Place:
    """Where a try comes from: the network address, and what the browser kept of an earlier sign-in."""

    address: str = ""
    browser: str = ""

    @property
    def network(self) -> str:
        """One household has many addresses of version 6."""
        try:
            found = ip_address(self.address)
        except ValueError:
            return self.address
        return str(found if found.version == 4 else ip_network((found, 64), strict=False))


NOWHERE = Place()


@dataclass(frozen=True)
class _Count:
    limit: Limit
    key: bytes


@dataclass(frozen=True)
class Try:
    """One that is counted; the first count is that of the login at this place, if there is a login."""

    counts: tuple[_Count, ...]

    @property
    def of_stranger(self) -> bool:
        return len(self.counts) > 1


def of_login(connection: sa.Connection, login: str, place: Place, now: int) -> Try:
    """``place.browser`` is believed: whoever calls has looked at its signature."""
    where = f"browser {place.browser}" if place.browser else place.network
    here = _Count(LOGIN_HERE, Keys.of(connection).hash(LOGIN_HERE.name, login, where))
    if place.browser or _is_known(connection, here.key, now):
        return Try((here,))
    return Try((here, _by(connection, PLACE, place.network), _by(connection, LOGIN, login)))


def of_place(connection: sa.Connection, limit: Limit, place: Place) -> Try:
    return Try((_by(connection, limit, place.network),))


def check(connection: sa.Connection, attempt: Try, now: int) -> None:
    """Raises Refusal (429) while one of its counts makes it wait."""
    query = sa.select(sa.func.max(tally.c.blocked_until)).where(
        tally.c.key.in_([one.key for one in attempt.counts])
    )
    until = connection.execute(query).scalar() or 0
    if until > now:
        seconds = -(-(until - now) // 1000)
        raise Refusal(429, Notice("auth.too_many_failures", {"seconds": seconds}), retry_after=seconds)


def charge(connection: sa.Connection, attempt: Try, now: int) -> None:
    """Counts the try as a wrong one until :func:`proved` or :func:`forgive` takes it back. Raises Refusal."""
    for one in sorted(attempt.counts, key=lambda count: count.key):  # one order: no deadlock
        _hold(connection, one.key, now)
    check(connection, attempt, now)
    for one in attempt.counts:
        _add(connection, one, now)


def proved(connection: sa.Connection, attempt: Try, now: int) -> None:
    """The person is who it says: this place begins anew and is known."""
    here, *others = attempt.counts
    mine = sa.update(tally).where(tally.c.key == here.key)
    connection.execute(mine.values(failures=0, blocked_until=0, tried_at=now, proved_at=now))
    _take_back(connection, others)


def forgive(connection: sa.Connection, attempt: Try) -> None:
    """It was no wrong try."""
    _take_back(connection, attempt.counts)


def forget(connection: sa.Connection, now: int) -> None:
    """What is too old to count."""
    connection.execute(sa.delete(tally).where(tally.c.tried_at < now - KNOWN_MS))
    young = sa.and_(tally.c.proved_at.is_(None), tally.c.tried_at < now - LOGIN_HERE.forgotten_ms)
    connection.execute(sa.delete(tally).where(young))


def _by(connection: sa.Connection, limit: Limit, what: str) -> _Count:
    return _Count(limit, Keys.of(connection).hash(limit.name, what))


def _is_known(connection: sa.Connection, key: bytes, now: int) -> bool:
    proved_at = connection.execute(sa.select(tally.c.proved_at).where(tally.c.key == key)).scalar()
    return proved_at is not None and proved_at > now - KNOWN_MS


def _hold(connection: sa.Connection, key: bytes, now: int) -> None:
    """The row, held until the end of the transaction: who tries at the same moment waits."""
    made = dialect_insert(connection)(tally).values(key=key, failures=0, tried_at=now, blocked_until=0)
    kept = made.on_conflict_do_update(index_elements=["key"], set_={"failures": tally.c.failures})
    connection.execute(kept)


def _add(connection: sa.Connection, one: _Count, now: int) -> None:
    mine = tally.c.key == one.key
    failures, tried_at = connection.execute(sa.select(tally.c.failures, tally.c.tried_at).where(mine)).one()
    failures = 1 if tried_at < now - one.limit.forgotten_ms else failures + 1
    beyond = failures - one.limit.free
    until = now + min(FIRST_WAIT_MS * 2 ** min(beyond, 10), LONGEST_WAIT_MS) if beyond >= 0 else 0
    values = {"failures": failures, "tried_at": now, "blocked_until": until}
    connection.execute(sa.update(tally).where(mine).values(values))


def _take_back(connection: sa.Connection, counts: tuple[_Count, ...] | list[_Count]) -> None:
    for one in counts:
        again = sa.case((tally.c.failures - 1 < one.limit.free, 0), else_=tally.c.blocked_until)
        mine = sa.update(tally).where(tally.c.key == one.key, tally.c.failures > 0)
        connection.execute(mine.values(failures=tally.c.failures - 1, blocked_until=again))
