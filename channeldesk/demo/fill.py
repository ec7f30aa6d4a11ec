"""Puts the demo network into a headquarters database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from channeldesk.demo.network import SEED, DemoNetwork, Fault, generate
from channeldesk.demo.organisation import CHINA_TIME
from channeldesk.demo.world import Batch, moment
from channeldesk.hq import audit, sequencer, users
from channeldesk.hq.load_bulk import insert_rows
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq

PASSWORD = "channeldesk-demo"
"""Of every demo user, unless told otherwise."""


@dataclass(frozen=True)
class Filled:
    """What was written: rows per entity, what is wrong on purpose, the logins."""

    size: str
    seed: int
    today: date
    rows: dict[str, int]
    faults: tuple[Fault, ...]
    logins: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def fill(
    connection: sa.Connection,
    size: str = "small",
    *,
    today: date,
    seed: int = SEED,
    password: str = PASSWORD,
    progress: Callable[[str, int], None] | None = None,
) -> Filled:
    """Writes a generated network in the caller's transaction and gives it its place in the feed.

    The database is set up (``hq.admin.init``) and has no partners, else :class:`Problem`. ``today`` is the
    business date in Shanghai; ``progress`` hears the entity and how many of its rows are written so far.
    """
    if connection.execute(sa.select(hq.tables["partner"].c.id).limit(1)).first() is not None:
        raise Problem.of("demo.not_empty")
    network = generate(size, seed=seed, today=today)
    written: Counter[str] = Counter()
    for made in network.batches():
        made = _without_known(connection, network, made)
        written[made.entity] += insert_rows(connection, made.entity, made.columns, made.rows)
        if progress is not None:
            progress(made.entity, written[made.entity])
    now = moment(today, 7 * 60, CHINA_TIME)
    logins = _let_in(connection, network, password, now)
    filled = Filled(size, seed, today, dict(written), network.faults(), logins)
    summary = {"source": "demo", "size": size, "seed": seed, "today": today.isoformat(), "rows": filled.rows}
    audit.record(connection, audit.CONSOLE, [audit.Entry("load", diff=summary)], now)
    sequencer.drain(connection, now)
    return filled


def _without_known(connection: sa.Connection, network: DemoNetwork, made: Batch) -> Batch:
    """Roles and periods that setting up the database has made already are left as they are, and used."""
    if made.entity not in ("role", "fiscal_period"):
        return made
    table = hq.tables[made.entity]
    known = {row.code: row for row in connection.execute(sa.select(table).where(table.c.deleted == 0))}
    if made.entity == "fiscal_period":
        network.organisation.periods.update(
            {date.fromisoformat(row.starts_on): row.id for row in known.values()}
        )
    place = made.columns.index("code")
    return made._replace(rows=[row for row in made.rows if row[place] not in known])


def _let_in(connection: sa.Connection, network: DemoNetwork, password: str, now: int) -> tuple[str, ...]:
    """One password for all: hashing is slow on purpose."""
    hashed = users.hash_password(password)
    rows = [
        (network.world.id("credential", now), now, now, user, hashed)
        for user in network.organisation.users.values()
    ]
    insert_rows(
        connection, "credential", ("id", "created_at", "updated_at", "user_id", "password_hash"), rows
    )
    return tuple(network.organisation.users)
