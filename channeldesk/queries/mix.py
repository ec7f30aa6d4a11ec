"""Where sales come from: channels against the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock
from channeldesk.queries.performance import rates_for
from channeldesk.queries.periods import window
from channeldesk.queries.sales import Book, Sales, Scope, sums

GROUPS = ("direct", "distribution", "emerging")


@dataclass(frozen=True)
class MixPart:
    """A group of channels or one channel type. Shares in basis points of positive sales; ``gap`` to plan."""

    key: str
    name: str
    name_local: str | None
    net: int
    pending: int
    share: int | None
    plan: int
    gap: int | None


@dataclass(frozen=True)
class ChannelMix:
    """Share of revenue by channel group against plan over the shown periods.

    ``gap_index`` is half the sum of absolute share differences, in basis points; ``last_year`` the same a
    year before. ``types`` are the channel types, each with its group's ``key``'s share within all.
    """

    currency: str
    groups: tuple[MixPart, ...]
    types: tuple[MixPart, ...]
    gap_index: int | None
    gap_index_last_year: int | None
    as_of: int | None


_TYPES = "SELECT id, code, name, name_local, mix_group, plan_share FROM channel_type ORDER BY priority, code"


def channel_mix(
    connection: sa.Connection,
    scope: Scope | None = None,
    count: int = 1,
    today: str | None = None,
    until: str | None = None,
    book: Book | None = None,
) -> ChannelMix:
    """The mix of the last ``count`` periods."""
    chosen = scope or Scope()
    shown = window(connection, count, today, until)
    rates = rates_for(connection, chosen, shown)
    old = [one.code for one in shown.last_year if one is not None]
    found = sums(connection, chosen, "channel_type", [*shown.codes, *old], rates, book)
    types = connection.execute(sa.text(_TYPES)).all()
    now = {row.id: found.of(row.id, shown.codes) for row in types}
    before = {row.id: found.of(row.id, old) for row in types}
    plan = {group: sum(row.plan_share for row in types if row.mix_group == group) for group in GROUPS}
    groups = _parts({group: (group, None, _of(group, types, now), plan[group]) for group in GROUPS})
    earlier = _parts({group: (group, None, _of(group, types, before), plan[group]) for group in GROUPS})
    by_type = _parts({row.code: (row.name, row.name_local, now[row.id], row.plan_share) for row in types})
    return ChannelMix(
        rates.target,
        groups,
        by_type,
        _index(groups),
        _index(earlier) if old else None,
        clock.as_of(connection),
    )


def _of(group: str, types: Sequence[sa.Row[Any]], found: Mapping[bytes, Sales]) -> Sales:
    own = [found[row.id] for row in types if row.mix_group == group]
    return Sales(sum(one.net for one in own), sum(one.pending for one in own))


def _parts(figures: Mapping[str, tuple[str, str | None, Sales, int]]) -> tuple[MixPart, ...]:
    total = sum(max(0, sales.net) for _, _, sales, _ in figures.values())
    parts = []
    for key, (name, local, sales, plan) in figures.items():
        share = round(max(0, sales.net) * 10_000 / total) if total else None
        gap = None if share is None or not plan else share - plan
        parts.append(MixPart(key, name, local, sales.net, sales.pending, share, plan, gap))
    return tuple(parts)


def _index(parts: tuple[MixPart, ...]) -> int | None:
    gaps = [abs(one.gap) for one in parts if one.gap is not None]
    return round(sum(gaps) / 2) if gaps else None
