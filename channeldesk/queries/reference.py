"""The short lists that forms and filters choose from."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: its id, code and names."""

    id: bytes
    code: str
    name: str
    name_local: str | None = None


@dataclass(frozen=True, slots=True)
class TerritoryChoice:
    """A territory with its depth in the tree (0: root); ``partners`` counts those of it and below."""

    id: bytes
    code: str
    name: str
    depth: int
    partners: int


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    code: str
    name: str
    year: int
    quarter: int
    starts_on: str
    ends_on: str


_TERRITORIES = """
SELECT t.id, t.code, t.name, length(t.path) - length(replace(t.path, '/', '')) - 1 AS depth,
       (SELECT count(*) FROM territory b JOIN partner p ON p.territory_id = b.id
        WHERE substr(b.path, 1, length(t.path)) = t.path) AS partners
FROM territory t ORDER BY t.path
"""


def territories(connection: sa.Connection) -> tuple[TerritoryChoice, ...]:
    """The tree in its order."""
    return tuple(TerritoryChoice(**row._asdict()) for row in connection.execute(sa.text(_TERRITORIES)))


def channel_types(connection: sa.Connection) -> tuple[Choice, ...]:
    return _choices(connection, "SELECT id, code, name, name_local FROM channel_type ORDER BY priority, code")


def tiers(connection: sa.Connection) -> tuple[Choice, ...]:
    return _choices(connection, "SELECT id, code, name, name_local FROM tier ORDER BY rank_number, code")


def periods(connection: sa.Connection) -> tuple[PeriodChoice, ...]:
    """Fiscal periods, the newest first."""
    sql = "SELECT code, name, year, quarter, starts_on, ends_on FROM fiscal_period ORDER BY starts_on DESC"
    return tuple(PeriodChoice(**row._asdict()) for row in connection.execute(sa.text(sql)))


def categories(connection: sa.Connection) -> tuple[str, ...]:
    sql = "SELECT DISTINCT category FROM product WHERE category IS NOT NULL ORDER BY category"
    return tuple(connection.execute(sa.text(sql)).scalars())


def _choices(connection: sa.Connection, sql: str) -> tuple[Choice, ...]:
    return tuple(Choice(**row._asdict()) for row in connection.execute(sa.text(sql)))
