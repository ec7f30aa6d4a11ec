"""What a headquarters database says about itself: its epoch, whose it is, how far it counted."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq.database import dialect_insert
from channeldesk.hq.tables import number_counter, server_state
from channeldesk.model.notice import Problem

_STATE = sa.select(server_state)


@dataclass(frozen=True)
class Company:
    """``epoch`` is new for every database and after every restore: ``rv`` compares within one epoch only.
    ``oldest``: what was deleted at or before this position of the feed may be forgotten. ``lease_days``: how
    long laptops may work without a contact. ``block_after_days``: a partner is blocked while an invoice is
    overdue for longer; None: never by itself.
    """

    epoch: str
    name: str
    currency: str
    time_zone: str
    oldest: int = 0
    lease_days: int = 30
    block_after_days: int | None = None


def company(connection: sa.Connection) -> Company:
    """Raises Problem for a database that was migrated but never set up."""
    found = {row.key: row.value for row in connection.execute(_STATE)}
    if "epoch" not in found:
        raise Problem.of("hq.not_set_up")
    oldest = int(found.get("oldest", 0))
    lease = int(found.get("lease_days", Company.lease_days))
    block = int(found["block_after_days"]) if found.get("block_after_days") else None
    named = (found["epoch"], found["company"], found["currency"], found["time_zone"])
    return Company(*named, oldest, lease, block)


def claim(connection: sa.Connection, key: str, now: int, every: int) -> bool:
    """Whether this process does what is due once in ``every`` milliseconds; the first to ask does."""
    last = sa.select(server_state.c.value).where(server_state.c.key == key).with_for_update()
    value = connection.execute(last).scalar()
    if value is not None and int(value) > now - every:
        return False
    write(connection, {key: str(now)})
    return True


def write(connection: sa.Connection, values: dict[str, str]) -> None:
    connection.execute(sa.delete(server_state).where(server_state.c.key.in_(values)))
    connection.execute(
        sa.insert(server_state), [{"key": key, "value": value} for key, value in values.items()]
    )


def next_number(connection: sa.Connection, name: str, count: int = 1) -> int:
    """Counts up by ``count``, starting with 1; returns the last. What is undone gives its numbers back."""
    insert = dialect_insert(connection)
    statement = (
        insert(number_counter)
        .values(name=name, value=count)
        .on_conflict_do_update(index_elements=["name"], set_={"value": number_counter.c.value + count})
        .returning(number_counter.c.value)
    )
    return int(connection.execute(statement).scalar_one())


def advance_number(connection: sa.Connection, name: str, value: int) -> None:
    """Lets the count go on after ``value``."""
    behind = sa.and_(number_counter.c.name == name, number_counter.c.value < value)
    connection.execute(sa.update(number_counter).where(behind).values(value=value))
