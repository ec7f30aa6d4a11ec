"""What the operator of headquarters does from the command line: plain functions over a database.

Every one writes through the tables the feed watches, and leaves an audit entry.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit, rows, sequencer, state, users
from channeldesk.hq.calendar import fiscal_periods
from channeldesk.hq.database import Database
from channeldesk.hq.migrate import migrate
from channeldesk.hq.sign_in import notary
from channeldesk.hq.sign_in.tables import refresh_token
from channeldesk.hq.tables import access_token
from channeldesk.model.notice import Problem
from channeldesk.model.organisation import LONGEST_LOGIN, User
from channeldesk.model.values import minor_units
from channeldesk.rules.administration import is_login, plain_login
from channeldesk.rules.calendar import business_date
from channeldesk.rules.field_limits import refuse_row
from channeldesk.rules.rights import PARTNER, ROLES

SHORTEST_PASSWORD = 8
"""Characters that the sign-in takes."""


def init(
    url: str,
    company: str,
    currency: str = "CNY",
    time_zone: str = "UTC",
    years: Iterable[int] = (),
    first_month: int = 1,
) -> Database:
    """Creates the schema and what every company has: an epoch and roles.

    ``years``: fiscal years to lay out by calendar month, beginning with ``first_month``. Raises Problem
    for a database that is set up already.
    """
    minor_units(currency)
    business_date(0, time_zone)
    database = Database(url)
    migrate(database)

    def work(connection: sa.Connection) -> None:
        known = connection.execute(sa.text("SELECT value FROM server_state WHERE key = 'epoch'")).scalar()
        if known is not None:
            raise Problem.of("hq.already_set_up")
        now = now_ms()
        values = {
            "epoch": secrets.token_hex(16),
            "company": company,
            "currency": currency,
            "time_zone": time_zone,
            "created_at": str(now),
        }
        state.write(connection, values)
        notary.seed(connection)  # before anybody is given a backup without it
        audit.record(connection, audit.CONSOLE, [audit.Entry("set_up", diff=values)], now)
        roles = [
            {name: int(value) if isinstance(value, bool) else value for name, value in asdict(one).items()}
            | {"name": code.capitalize()}
            for code, one in ROLES.items()
        ]
        rows.insert(connection, "role", roles, now=now)
        periods = [period for year in years for period in fiscal_periods(year, first_month)]
        rows.insert(connection, "fiscal_period", periods, now=now)
        sequencer.drain(connection, now)

    try:
        database.run(work)
    except BaseException:
        database.close()
        raise
    return database


def new_epoch(database: Database) -> str:
    """To be called after a restore from a backup: laptops notice it, keep their outbox and compare anew."""
    epoch = secrets.token_hex(16)

    def work(connection: sa.Connection) -> None:
        told = {"epoch": epoch, "before": state.company(connection).epoch}
        state.write(connection, {"epoch": epoch})
        audit.record(connection, audit.CONSOLE, [audit.Entry("new_epoch", diff=told)], now_ms())

    database.run(work)
    return epoch


def add_user(
    database: Database,
    login: str,
    name: str,
    role: str = "manager",
    territories: Iterable[str] = (),
    password: str | None = None,
    language: str | None = None,
    partner: str | None = None,
) -> bytes:
    """Adds a person; without a password one that rows name and nobody signs in as. ``territories``: codes;
    ``partner``: code of the partner whose people the person is one of, in the role of a partner.
    """
    if role not in ROLES:
        raise Problem.of("hq.unknown_role", role=role)
    if (role == PARTNER) != (partner is not None):
        raise Problem.of("hq.partner_and_role")
    login = login.strip()
    if not is_login(login):
        raise Problem.of("hq.bad_login", most=LONGEST_LOGIN)
    if (wrong := refuse_row(User, {"name": name, "language": language})) is not None:
        raise Problem(wrong)

    def work(connection: sa.Connection) -> bytes:
        now = now_ms()
        alike = sa.func.lower(users.user.c.login) == plain_login(login)
        if connection.execute(sa.select(users.user.c.id).where(alike, users.user.c.deleted == 0)).first():
            raise Problem.of("hq.login_taken", login=login)
        own = None if partner is None else rows.find(connection, "partner", code=partner)
        if partner is not None and own is None:
            raise Problem.of("hq.unknown_partner", code=partner)
        row = {"login": login, "name": name, "role_code": role, "language": language}
        row |= {"partner_id": own["id"] if own else None}
        (user_id,) = rows.insert(connection, "app_user", [row], now=now)
        _grant(connection, user_id, territories, now)
        if password is not None:
            _set_password(connection, user_id, password, now)
        sequencer.drain(connection, now)
        return user_id

    return database.run(work)


def set_password(database: Database, login: str, password: str) -> None:
    """Replaces the password and ends every session of the user."""

    def work(connection: sa.Connection) -> None:
        _set_password(connection, _user(connection, login), password, now_ms())

    database.run(work)


def deactivate_user(database: Database, login: str) -> None:
    """From now on the user's tokens and passwords are good for nothing; what it wrote stays."""
    _change(database, "app_user", {"login": login}, {"active": 0}, "hq.unknown_login", login)


def revoke_device(database: Database, prefix: str) -> None:
    """The device with this prefix gets no answer any more."""
    _change(database, "device", {"prefix": prefix}, {"revoked": 1}, "hq.unknown_device", prefix)


def grant(database: Database, login: str, territories: Iterable[str]) -> None:
    """Gives a user territories (codes) with everything below them; known grants stay as they are."""

    def work(connection: sa.Connection) -> None:
        now = now_ms()
        _grant(connection, _user(connection, login), territories, now)
        sequencer.drain(connection, now)

    database.run(work)


def revoke(database: Database, login: str, territories: Iterable[str]) -> None:
    """Takes territories away; grants that the user does not have are not an error."""

    def work(connection: sa.Connection) -> None:
        now, user_id = now_ms(), _user(connection, login)
        for code in territories:
            held = rows.find(
                connection, "scope_grant", user_id=user_id, territory_id=_territory(connection, code)
            )
            if held is not None:
                rows.update(connection, "scope_grant", held, {"deleted": 1}, now=now)
        sequencer.drain(connection, now)

    database.run(work)


def add_territory(
    database: Database,
    code: str,
    name: str,
    parent: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
) -> bytes:
    """Adds a node of the tree below ``parent`` (a code); zone and currency come from above if not given."""

    def work(connection: sa.Connection) -> bytes:
        now = now_ms()
        if "/" in code or rows.find(connection, "territory", code=code) is not None:
            raise Problem.of("hq.territory_taken", code=code)
        above = None if parent is None else rows.find(connection, "territory", code=parent)
        if parent is not None and above is None:
            raise Problem.of("hq.unknown_territory", code=parent)
        zone = time_zone or (above["time_zone"] if above else state.company(connection).time_zone)
        business_date(0, zone)
        row = {
            "code": code,
            "name": name,
            "parent_id": above["id"] if above else None,
            "path": f"{above['path'] if above else ''}{code}/",
            "time_zone": zone,
            "currency": currency or (above["currency"] if above else None),
        }
        (territory_id,) = rows.insert(connection, "territory", [row], now=now)
        sequencer.drain(connection, now)
        return territory_id

    return database.run(work)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _grant(connection: sa.Connection, user_id: bytes, territories: Iterable[str], now: int) -> None:
    for code in territories:
        row = {"user_id": user_id, "territory_id": _territory(connection, code)}
        if rows.find(connection, "scope_grant", **row) is None:
            rows.insert(connection, "scope_grant", [row], now=now)


def _set_password(connection: sa.Connection, user_id: bytes, password: str, now: int) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Problem.of("hq.password_too_short", least=SHORTEST_PASSWORD)
    hashed = {"password_hash": users.hash_password(password)}
    known = rows.find(connection, "credential", user_id=user_id)
    if known is None:
        rows.insert(connection, "credential", [{"user_id": user_id, **hashed}], now=now)
    else:
        rows.update(connection, "credential", known, hashed, now=now)
    for table in (access_token, refresh_token):
        connection.execute(sa.delete(table).where(table.c.user_id == user_id))


def _change(
    database: Database, entity: str, key: dict[str, Any], values: dict[str, Any], missing: str, name: str
) -> None:
    def work(connection: sa.Connection) -> None:
        now = now_ms()
        row = rows.find(connection, entity, **key)
        if row is None:
            raise Problem.of(missing, name=name)
        rows.update(connection, entity, row, values, now=now)
        sequencer.drain(connection, now)

    database.run(work)


def _user(connection: sa.Connection, login: str) -> bytes:
    row = rows.find(connection, "app_user", login=login)
    if row is None:
        raise Problem.of("hq.unknown_login", name=login)
    return bytes(row["id"])


def _territory(connection: sa.Connection, code: str) -> bytes:
    row = rows.find(connection, "territory", code=code)
    if row is None:
        raise Problem.of("hq.unknown_territory", code=code)
    return bytes(row["id"])
