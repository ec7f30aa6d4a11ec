"""What a partner holds over all its places, at any moment.

A warehouse has anchors of its own: counts and reports that name it. Those that name none speak of
everything at the partner. The newest of all says how to read the rest: after one of everything it holds
alone, with whatever moved since; after one of a warehouse the newest of every warehouse add up. So a count
of everything is never added to what is known of warehouses, nor the other way round. ``store.positions``
says the same in SQL.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

Event = tuple[int, int]
"""Moment (ms UTC) and quantity (scale 3): of an anchor the level, of a movement its signed change."""
Warehouse = bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """``anchors`` by moment, of two at one moment the one that holds last."""

    anchors: Sequence[Event]
    movements: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """A product's stock at a partner, read as one (``whole``; None where nobody ever spoke of everything) and
    by warehouse. Of ``parts`` the one without a name is what moved and nobody said where: in each warehouse's
    newest word it is counted, so it begins anew with every anchor of ``parts``.
    """

    whole: Place | None
    parts: Mapping[Warehouse, Place]

    def is_whole(self, moment: int) -> bool:
        """Whether everything was last spoken of as one; before the first word, whether that one did."""
        named = self.parts[None].anchors if None in self.parts else ()
        if self.whole is None or not named:
            return self.whole is not None
        one, other = _newest(self.whole.anchors, moment), _newest(named, moment)
        if one is None and other is None:
            return self.whole.anchors[0] < named[0]
        return other is None or (one is not None and one > other)

    def read(self, moment: int) -> Mapping[Warehouse, Place]:
        """The places that add up to the level at that moment."""
        return {None: self.whole} if self.whole is not None and self.is_whole(moment) else self.parts


def holding(
    anchors: Mapping[Warehouse, Sequence[Event]], movements: Mapping[Warehouse, Sequence[Event]]
) -> Holding:
    """``anchors`` by warehouse, of two at one moment the one that holds last."""
    named: dict[Warehouse, Sequence[Event]] = {
        where: known for where, known in anchors.items() if where is not None and known
    }
    whole = None
    if anchors.get(None):
        whole = Place(_sorted(anchors[None]), _sorted([one for many in movements.values() for one in many]))
    parts = {
        where: Place(_sorted(named.get(where, ())), _sorted(movements.get(where, ())))
        for where in (*named, *(where for where in movements if where not in named))
    }
    if named:
        moved = parts[None].movements if None in parts else ()
        parts[None] = Place(sorted({(at, 0) for known in named.values() for at, _ in known}), moved)
    return Holding(whole, parts)


def held(stock: Holding, moments: Sequence[int]) -> list[int]:
    """The level (scale 3) at each moment (ms UTC), over all places."""
    whole = levels(stock.whole, moments) if stock.whole is not None else None
    sums = [0] * len(moments)
    for place in stock.parts.values():
        for at, level in enumerate(levels(place, moments)):
            sums[at] += level
    if whole is None:
        return sums
    return [one if stock.is_whole(at) else other for at, one, other in zip(moments, whole, sums, strict=True)]


def known_at(stock: Holding, warehouse: bytes, moment: int, alone: bool) -> Event | None:
    """What surely lies in one warehouse: the moment of the word that it rests on, and the level; None where
    nobody knows.

    ``alone``: the partner has no other, so everything lies there. Of several nobody knows where it lies after
    a word of everything; what left and nobody said where each may lack, what came so is in none.
    """
    as_one = stock.is_whole(moment)
    if as_one and not alone:
        return None
    place = stock.whole if as_one else stock.parts.get(warehouse)
    since = _newest(place.anchors, moment) if place is not None else None
    if place is None or since is None:
        return None
    (level,) = levels(place, [moment])
    if not as_one and None in stock.parts:
        (elsewhere,) = levels(Place([(since, 0)], stock.parts[None].movements), [moment])
        level += elsewhere if alone else min(0, elsewhere)
    return since, level


def levels(place: Place, moments: Sequence[int]) -> list[int]:
    """The level of one place at each moment: the latest anchor before it and what moved since; before the
    first anchor, that one less what moved until then; without anchors what moved alone.
    """
    at = [_moment(one) for one in place.anchors]
    when = [_moment(one) for one in place.movements]
    sums = [0, *accumulate(quantity for _, quantity in place.movements)]

    def until(moment: int) -> int:
        return sums[bisect_right(when, moment)]

    if not at:
        return [until(moment) for moment in moments]
    found = []
    for moment in moments:
        since, quantity = place.anchors[max(0, bisect_right(at, moment) - 1)]
        found.append(quantity + until(moment) - until(since))
    return found


def _sorted(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=_moment)


def _newest(anchors: Sequence[Event], moment: int) -> int | None:
    """The moment of the newest at that moment."""
    at = bisect_right(anchors, moment, key=_moment)
    return anchors[at - 1][0] if at else None


def _moment(event: Event) -> int:
    return event[0]
