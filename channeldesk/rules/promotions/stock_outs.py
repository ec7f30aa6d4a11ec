"""Where goods ran out while they were promoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from channeldesk.rules.stock_places import Event, Holding, held


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a product's stock at a partner."""

    partner: bytes
    product: bytes
    stock: Holding


@dataclass(frozen=True, slots=True)
class StockOut:
    """Nothing was left from ``at`` on; ``until``: when there was some again, None: not before the end."""

    partner: bytes
    product: bytes
    at: int
    until: int | None


def levels(history: History, begin: int, end: int) -> list[Event]:
    """The level at ``begin``, then after every moment before ``end`` at which something changed; nothing
    without an anchor to start from. Over all places: what goes from one to another at a moment is not out.
    """
    places = [*history.stock.parts.values(), *filter(None, (history.stock.whole,))]
    if not any(one.anchors for one in places):
        return []
    changes = {at for one in places for at, _ in (*one.anchors, *one.movements) if begin < at < end}
    moments = [begin, *sorted(changes)]
    return list(zip(moments, held(history.stock, moments), strict=True))


def stock_outs(histories: Iterable[History], begin: int, end: int) -> list[StockOut]:
    """Pairs that had stock and had none at some moment from ``begin`` to before ``end``, the earliest first.

    Each counts once, at its first time. What was out before, and stayed so, is not the promotion's doing.
    """
    found = []
    for one in histories:
        had, out, until = False, None, None
        for at, level in levels(one, begin, end):
            if level > 0:
                had = True
                if out is not None:
                    until = at
                    break
            elif had and out is None:
                out = at
        if out is not None:
            found.append(StockOut(one.partner, one.product, out, until))
    return sorted(found, key=lambda each: (each.at, each.partner, each.product))
