"""The list of what needs the person: filtered, searched, grouped by partner; decided items by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from channeldesk.queries.inbox import KINDS, InboxRow

ALL = ""
"""No filter by kind."""


@dataclass(frozen=True)
class Section:
    """Items under one heading. ``partner_id`` is None for what belongs to no partner, and for days."""

    heading: str
    rows: tuple[InboxRow, ...]
    partner_id: bytes | None = None


def wanted(rows: Iterable[InboxRow], kind: str, text: str, said: Callable[[InboxRow], str]) -> list[InboxRow]:
    """Those of a kind whose words hold every word searched for; ``said`` is what people read of one."""
    words = text.casefold().split()
    found = []
    for row in rows:
        if kind in (ALL, row.sort):
            spoken = said(row).casefold() if words else ""
            if all(word in spoken for word in words):
                found.append(row)
    return found


def by_partner(rows: Sequence[InboxRow], name: Callable[[InboxRow], str], nobody: str) -> list[Section]:
    """Partners in the order of their first item, what has no partner last; each from rejections to rows."""
    groups: dict[str, list[InboxRow]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    ordered = sorted(groups.items(), key=lambda group: not group[0])
    return [
        Section(heading or nobody, tuple(sorted(members, key=_rank)), members[0].partner_id)
        for heading, members in ordered
    ]


def by_day(rows: Sequence[InboxRow], day: Callable[[InboxRow], str]) -> list[Section]:
    """In the order given, one section a day."""
    groups: dict[str, list[InboxRow]] = {}
    for row in rows:
        groups.setdefault(day(row), []).append(row)
    return [Section(heading, tuple(members)) for heading, members in groups.items()]


def kinds(rows: Iterable[InboxRow]) -> dict[str, int]:
    """How many there are of each kind, in the order of KINDS, without those there are none of."""
    counts = dict.fromkeys(KINDS, 0)
    for row in rows:
        counts[row.sort] += 1
    return {kind: count for kind, count in counts.items() if count}


def _rank(row: InboxRow) -> tuple[int, int]:
    return KINDS.index(row.sort), -row.recorded_at
