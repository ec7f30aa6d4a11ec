"""Any scope broken down one level: the network into territories, partners, categories, then the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa

from channeldesk.queries import clock, targets
from channeldesk.queries.currency import Rates
from channeldesk.queries.performance import MONTHS, rates_for
from channeldesk.queries.periods import Window, window
from channeldesk.queries.sales import Book, By, Scope, Sums, sums
from channeldesk.rules.targets import growth

Level = Literal["territory", "channel_type", "partner", "category"]


@dataclass(frozen=True)
class Breakdown:
    """One part of a scope: ``scope`` opens it. ``leaf``: only rows are below.

    ``last_year`` is net of the same periods a year before. ``growth`` (basis points) is that of the last
    closed periods, as many as are shown: a running period compared with a whole one would mislead.
    ``series`` is net of the last twelve periods, the current one last, None before the first sale.
    """

    scope: Scope
    name: str
    name_local: str | None
    net: int
    pending: int
    last_year: int | None
    growth: int | None
    target: int | None
    series: tuple[int | None, ...]
    leaf: bool


@dataclass(frozen=True)
class Step:
    """One step of the way down: ``scope`` leads back to it. The network has no name of its own."""

    name: str
    name_local: str | None
    scope: Scope


@dataclass(frozen=True)
class Drill:
    """One level of the drill. The parts add up to ``net``; ``path`` leads back up to the network."""

    scope: Scope
    level: Level
    currency: str
    first_period: str
    last_period: str
    net: int
    pending: int
    parts: tuple[Breakdown, ...]
    path: tuple[Step, ...]
    as_of: int | None


def drill(
    connection: sa.Connection,
    scope: Scope | None = None,
    level: Level | None = None,
    count: int = 1,
    today: str | None = None,
    until: str | None = None,
    book: Book | None = None,
) -> Drill:
    """Break a scope down: the network into territories, a territory into its sub-territories or partners, a
    partner into categories. ``level`` asks for another cut. Below categories are the order lines.
    """
    chosen = scope or Scope()
    cut: Level = level or _next(connection, chosen)
    shown = window(connection, count, today, until)
    rates = rates_for(connection, chosen, shown)
    trail = _Trail.of(shown, window(connection, max(count + 1, MONTHS), today, until))
    by: By = cut
    found = sums(connection, chosen, by, trail.needed, rates, book)
    parts = sorted(
        _breakdowns(connection, chosen, cut, found, trail, rates), key=lambda one: (-one.net, one.name)
    )
    return Drill(
        chosen,
        cut,
        rates.target,
        shown.codes[0] if shown.codes else "",
        shown.codes[-1] if shown.codes else "",
        sum(one.net for one in parts),
        sum(one.pending for one in parts),
        tuple(parts),
        path(connection, chosen),
        clock.as_of(connection),
    )


@dataclass(frozen=True)
class _Trail:
    """Codes of the periods shown and a year before, of those compared for growth, and of the small lines."""

    shown: tuple[str, ...]
    last_year: tuple[str, ...]
    closed: tuple[str, ...]
    closed_before: tuple[str, ...]
    line: tuple[str, ...]

    @classmethod
    def of(cls, shown: Window, longer: Window) -> _Trail:
        pairs = list(zip(longer.periods, longer.last_year, strict=True))
        closed = (pairs[:-1] if longer.running else pairs)[-len(shown.periods) or None :]
        complete = all(old is not None for _, old in closed)
        return cls(
            shown.codes,
            tuple(one.code for one in shown.last_year if one is not None),
            tuple(one.code for one, _ in closed) if complete else (),
            tuple(old.code for _, old in closed if old is not None) if complete else (),
            longer.codes[-MONTHS:],
        )

    @property
    def needed(self) -> tuple[str, ...]:
        return (*self.shown, *self.last_year, *self.closed, *self.closed_before, *self.line)


def path(connection: sa.Connection, scope: Scope) -> tuple[Step, ...]:
    """Steps from the network down to ``scope``."""
    steps = [Step("", None, Scope())]
    territory = scope.territory_id
    if territory is not None:
        above = connection.execute(
            sa.text(
                "SELECT a.id, a.name FROM territory t JOIN territory a "
                "ON substr(t.path, 1, length(a.path)) = a.path WHERE t.id = :id ORDER BY length(a.path)"
            ),
            {"id": territory},
        )
        steps += [Step(row.name, None, Scope(territory_id=row.id)) for row in above]
        if scope.direct:
            steps.append(Step(steps[-1].name, None, Scope(territory_id=territory, direct=True)))
    if scope.channel_type_id is not None:
        names = _two_names(connection, "channel_type", scope.channel_type_id)
        steps.append(Step(*names, replace(scope, partner_id=None, category=None)))
    if scope.partner_id is not None:
        names = _two_names(connection, "partner", scope.partner_id)
        steps.append(Step(*names, replace(scope, category=None)))
    if scope.category is not None:
        steps.append(Step(scope.category, None, scope))
    return tuple(steps)


def _next(connection: sa.Connection, scope: Scope) -> Level:
    if scope.partner_id is not None:
        return "category"
    if scope.channel_type_id is not None or scope.direct:
        return "partner"
    below = sa.text(
        "SELECT count(*) FROM territory WHERE parent_id = :id"
        if scope.territory_id is not None
        else "SELECT count(*) > 1 FROM territory"
    )
    binds = {"id": scope.territory_id} if scope.territory_id is not None else {}
    return "territory" if connection.execute(below, binds).scalar() else "partner"


def _breakdowns(
    connection: sa.Connection,
    scope: Scope,
    cut: Level,
    found: Sums,
    trail: _Trail,
    rates: Rates,
) -> list[Breakdown]:
    every = list(found.nets)
    names: dict[Any, tuple[str, str | None]]
    inside: dict[Any, list[Any]]
    agreed: dict[Any, int]
    if cut == "territory":
        children = _children(connection, scope.territory_id)
        names = {row.id: (row.name, None) for row in children}
        inside = {row.id: [key for key in every if key in row.below] for row in children}
        agreed = targets.by_territory(connection, names, scope, trail.shown, rates)
        own = [key for key in every if not any(key in row.below for row in children)]
        if own and scope.territory_id is not None:
            names[scope.territory_id] = (_name(connection, "territory", scope.territory_id), None)
            inside[scope.territory_id] = own
    else:
        table = {"partner": "partner", "channel_type": "channel_type"}.get(cut)
        names = _names(connection, table, every) if table else {key: (key, None) for key in every}
        inside = {key: [key] for key in names}
        agreed = {}
        if cut == "partner":
            for (partner, _), value in targets.by_partner(connection, scope, trail.shown, rates).items():
                agreed[partner] = agreed.get(partner, 0) + value
    parts = []
    for key, (name, local) in names.items():
        keys = inside[key]
        net, earlier = _net(found, keys, trail.shown), _net(found, keys, trail.last_year)
        if not net and not earlier and key not in agreed:
            continue
        parts.append(
            Breakdown(
                _below(scope, cut, key),
                name,
                local,
                net,
                sum(found.of(one, trail.shown).pending for one in keys),
                earlier or None,
                growth(_net(found, keys, trail.closed), _net(found, keys, trail.closed_before)),
                agreed.get(key),
                _line(found, keys, trail.line),
                cut == "category",
            )
        )
    return parts


def _net(found: Sums, keys: Sequence[Any], codes: Sequence[str]) -> int:
    return sum(found.of(key, codes).net for key in keys)


def _line(found: Sums, keys: Sequence[Any], codes: Sequence[str]) -> tuple[int | None, ...]:
    lines = [found.series(key, codes) for key in keys]
    columns = [[value for value in column if value is not None] for column in zip(*lines, strict=True)]
    return tuple(sum(column) if column else None for column in columns)


def _below(scope: Scope, cut: Level, key: Any) -> Scope:
    if cut == "territory" and key == scope.territory_id:
        return replace(scope, direct=True)
    return replace(scope, **{"category" if cut == "category" else f"{cut}_id": key})


@dataclass(frozen=True)
class _Child:
    id: bytes
    name: str
    below: frozenset[bytes]


def _children(connection: sa.Connection, territory_id: bytes | None) -> list[_Child]:
    rows = connection.execute(sa.text("SELECT id, name, parent_id, path FROM territory ORDER BY path")).all()
    known = {row.id for row in rows}
    children = []
    for row in rows:
        parent = row.parent_id if row.parent_id in known else None
        if parent == territory_id:
            below = frozenset(one.id for one in rows if one.path.startswith(row.path))
            children.append(_Child(row.id, row.name, below))
    return children


def _names(connection: sa.Connection, table: str, keys: list[Any]) -> dict[Any, tuple[str, str | None]]:
    rows = connection.execute(sa.text(f"SELECT id, name, name_local FROM {table}"))
    known = {row.id: (row.name, row.name_local) for row in rows}
    return {key: known.get(key, ("", None)) for key in keys}


def _two_names(connection: sa.Connection, table: str, row_id: bytes) -> tuple[str, str | None]:
    sql = sa.text(f"SELECT name, name_local FROM {table} WHERE id = :id")
    found = connection.execute(sql, {"id": row_id}).first()
    return (found.name, found.name_local) if found is not None else ("", None)


def _name(connection: sa.Connection, table: str, row_id: bytes) -> str:
    found = connection.execute(sa.text(f"SELECT name FROM {table} WHERE id = :id"), {"id": row_id}).scalar()
    return str(found or "")
