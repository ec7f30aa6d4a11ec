"""Any scope broken down one level: the network into territories, partners, categories, then the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa

from channeldesk.queries import clock, targets
from channeldesk.queries.currency import Rates
from channeldesk.queries.performance import rates_for
from channeldesk.queries.periods import Window, window
from channeldesk.queries.sales import By, Scope, Sums, sums
from channeldesk.rules.targets import growth

Level = Literal["territory", "channel_type", "partner", "category"]


@dataclass(frozen=True)
class Breakdown:
    """One part of a scope: ``scope`` opens it. ``leaf``: only rows are below."""

    scope: Scope
    name: str
    name_local: str | None
    net: int
    pending: int
    last_year: int | None
    growth: int | None
    target: int | None
    leaf: bool


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
    path: tuple[tuple[str, Scope], ...]
    as_of: int | None


def drill(
    connection: sa.Connection,
    scope: Scope | None = None,
    level: Level | None = None,
    count: int = 1,
    today: str | None = None,
    until: str | None = None,
) -> Drill:
    """Break a scope down: the network into territories, a territory into its sub-territories or partners, a
    partner into categories. ``level`` asks for another cut. Below categories are the order lines.
    """
    chosen = scope or Scope()
    cut: Level = level or _next(connection, chosen)
    shown = window(connection, count, today, until)
    rates = rates_for(connection, chosen, shown)
    old = [one.code for one in shown.last_year if one is not None]
    by: By = cut
    found = sums(connection, chosen, by, [*shown.codes, *old], rates)
    parts = sorted(
        _breakdowns(connection, chosen, cut, found, shown, old, rates), key=lambda one: (-one.net, one.name)
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


def path(connection: sa.Connection, scope: Scope) -> tuple[tuple[str, Scope], ...]:
    """Names and scopes from the network (an empty name) down to ``scope``."""
    steps: list[tuple[str, Scope]] = [("", Scope())]
    territory = scope.territory_id
    if territory is not None:
        above = connection.execute(
            sa.text(
                "SELECT a.id, a.name FROM territory t JOIN territory a "
                "ON substr(t.path, 1, length(a.path)) = a.path WHERE t.id = :id ORDER BY length(a.path)"
            ),
            {"id": territory},
        )
        steps += [(row.name, Scope(territory_id=row.id)) for row in above]
    if scope.channel_type_id is not None:
        name = _name(connection, "channel_type", scope.channel_type_id)
        steps.append((name, replace(scope, partner_id=None, category=None)))
    if scope.partner_id is not None:
        steps.append((_name(connection, "partner", scope.partner_id), replace(scope, category=None)))
    if scope.category is not None:
        steps.append((scope.category, scope))
    return tuple(steps)


def _next(connection: sa.Connection, scope: Scope) -> Level:
    if scope.partner_id is not None:
        return "category"
    if scope.channel_type_id is not None:
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
    shown: Window,
    old: list[str],
    rates: Rates,
) -> list[Breakdown]:
    keys = found.keys()
    names: dict[Any, tuple[str, str | None]]
    inside: dict[Any, list[Any]]
    agreed: dict[Any, int]
    if cut == "territory":
        children = _children(connection, scope.territory_id)
        names = {row.id: (row.name, None) for row in children}
        inside = {row.id: [key for key in keys if key in row.below] for row in children}
        agreed = targets.by_territory(connection, names, scope, shown.codes, rates)
        own = [key for key in keys if not any(key in row.below for row in children)]
        if own and scope.territory_id is not None:
            names[scope.territory_id] = (_name(connection, "territory", scope.territory_id), None)
            inside[scope.territory_id] = own
    else:
        table = {"partner": "partner", "channel_type": "channel_type"}.get(cut)
        names = _names(connection, table, keys) if table else {key: (key, None) for key in keys}
        inside = {key: [key] for key in names}
        agreed = {}
        if cut == "partner":
            for (partner, _), value in targets.by_partner(connection, scope, shown.codes, rates).items():
                agreed[partner] = agreed.get(partner, 0) + value
    parts = []
    for key, (name, local) in names.items():
        now, before = ([found.of(one, codes) for one in inside[key]] for codes in (shown.codes, tuple(old)))
        net, earlier = sum(one.net for one in now), sum(one.net for one in before)
        if not net and not earlier and key not in agreed:
            continue
        last = earlier if old and earlier else None
        parts.append(
            Breakdown(
                _below(scope, cut, key),
                name,
                local,
                net,
                sum(one.pending for one in now),
                last,
                growth(net, last) if last is not None else None,
                agreed.get(key),
                cut == "category",
            )
        )
    return parts


def _below(scope: Scope, cut: Level, key: Any) -> Scope:
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


def _name(connection: sa.Connection, table: str, row_id: bytes) -> str:
    found = connection.execute(sa.text(f"SELECT name FROM {table} WHERE id = :id"), {"id": row_id}).scalar()
    return str(found or "")
