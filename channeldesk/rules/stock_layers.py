"""How old stock is: what was received last is there still, first in, first out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from channeldesk.model import values
from channeldesk.model.notice import Day, Quantity, notice
from channeldesk.rules.explain import Step


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of the stock. ``since`` None: older than what is known of receipts."""

    since: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Age:
    """``layers`` from the oldest, together all that is there. ``mean_days`` over those whose day is known;
    ``known`` is how much that is, in basis points.
    """

    layers: tuple[Layer, ...]
    mean_days: int | None
    known: int
    steps: tuple[Step, ...] = field(compare=False)


def age(on_hand: int, receipts: Iterable[tuple[date, int]], today: date) -> Age:
    """The layers of a level (scale 3) from what came in, day by day: of the newest receipts as much as is
    there, since goods are sold in the order in which they came.
    """
    left = max(0, on_hand)
    layers: list[Layer] = []
    for day, quantity in sorted(receipts, reverse=True):
        if left and quantity > 0:
            part = min(left, quantity)
            layers.append(Layer(day, part))
            left -= part
    dated = sum(one.quantity for one in layers)
    days = sum(one.quantity * (today - one.since).days for one in layers if one.since is not None)
    if left:
        layers.append(Layer(None, left))
    layers.reverse()
    steps = [
        Step(
            notice("step.layer_older")
            if one.since is None
            else notice("step.layer", day=Day(one.since.isoformat())),
            Quantity(one.quantity),
            "+",
        )
        for one in layers
    ]
    steps.append(Step(notice("step.on_hand"), Quantity(max(0, on_hand)), "="))
    mean = values.round_half_up(days, dated) if dated else None
    known = dated * values.WHOLE // on_hand if on_hand > 0 else 0
    return Age(tuple(layers), mean, known, tuple(steps))
