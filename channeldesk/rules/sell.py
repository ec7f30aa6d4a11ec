"""Sell-in, sell-out and what lies between them: the stock of the pipeline, explained.

Sell-in is what the company delivered to a partner, sell-out what the partner sold on. What a distributor
sold to a sub-dealer is what that one received: seen from both sides, it counts once. Quantities at scale 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from channeldesk.model import values
from channeldesk.model.notice import Day, Notice, Quantity, Rate, notice
from channeldesk.rules.explain import Step

WEEKS = 13
"""A quarter: the time from which the pace of sell-out is taken."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What went through one partner, or through several together, since ``opening`` was known.

    ``opening`` is None where nothing was ever counted or reported. ``earlier``: what came in and went out in
    the time looked at before the opening was known, so that it is in it. ``sell_in``: from the company.
    ``received``: from distributors, ``passed``: to sub-dealers, both of those who are looked at together.
    ``sold``: to everyone else. Goods that came back are taken off.
    """

    opening: int | None = None
    earlier: int = 0
    sell_in: int = 0
    received: int = 0
    passed: int = 0
    sold: int = 0

    @property
    def change(self) -> int:
        return self.sell_in + self.received - self.passed - self.sold

    @property
    def pipeline(self) -> int | None:
        """What should lie there; None where no opening stock is known."""
        return None if self.opening is None else self.opening + self.change - self.earlier

    @property
    def at_start(self) -> int | None:
        """The stock when the time looked at began; None where it was not known or cannot have been so."""
        start = None if self.opening is None else self.opening - self.earlier
        return None if start is None or start < 0 else start

    def __add__(self, other: Flow) -> Flow:
        known = [one.opening for one in (self, other) if one.opening is not None]
        return Flow(
            sum(known) if known else None,
            self.earlier + other.earlier,
            self.sell_in + other.sell_in,
            self.received + other.received,
            self.passed + other.passed,
            self.sold + other.sold,
        )


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale of ``seller`` to a sub-dealer, or to end customers (``buyer`` None)."""

    seller: bytes
    buyer: bytes | None
    quantity: int


def flows(
    openings: Mapping[bytes, int | None],
    sell_in: Mapping[bytes, int],
    sales: Iterable[Sold],
    earlier: Mapping[bytes, int] | None = None,
) -> dict[bytes, Flow]:
    """By partner of ``openings``. A sale to one of them is received there; any other left them all."""
    found = {
        partner: Flow(opening, (earlier or {}).get(partner, 0), sell_in.get(partner, 0))
        for partner, opening in openings.items()
    }
    for sale in sales:
        inside = sale.buyer is not None and sale.buyer in found
        if sale.seller in found:
            seller = found[sale.seller]
            found[sale.seller] = (
                replace(seller, passed=seller.passed + sale.quantity)
                if inside
                else replace(seller, sold=seller.sold + sale.quantity)
            )
        if inside and sale.buyer is not None:
            buyer = found[sale.buyer]
            found[sale.buyer] = replace(buyer, received=buyer.received + sale.quantity)
    return found


def total(parts: Iterable[Flow]) -> Flow:
    """Partners together: what they passed among themselves stays with them and is in neither figure."""
    every = Flow()
    for one in parts:
        every = every + one
    return replace(every, received=0, passed=0, sell_in=every.sell_in + every.received - every.passed)


def sell_through(flow: Flow) -> int | None:
    """Sold of what there was to sell, in basis points: sold / (opening stock + received), or sold / received
    where no opening stock is known. The retail definition (units sold by units on hand and received in the
    period); None where nothing was there to sell.
    """
    sold = flow.sold + flow.passed
    base = (flow.at_start or 0) + flow.sell_in + flow.received
    return values.round_half_up(sold * values.WHOLE, base) if base > 0 else None


def weeks(pipeline: int | None, sold: int, days: int) -> int | None:
    """How long a stock lasts at the pace of ``sold`` in ``days``: tenths of a week, None without a pace."""
    if pipeline is None or sold <= 0 or days <= 0:
        return None
    return max(0, values.round_half_up(pipeline * days * 10, sold * 7))


def explain(flow: Flow, since: str | None, unit: str = "") -> tuple[Step, ...]:
    """The pipeline as a sum. ``since``: from which day the opening stock is known, ISO text."""

    def quantity(amount: int) -> Quantity:
        return Quantity(amount, unit)

    steps = []
    if flow.opening is not None and since is not None:
        steps.append(Step(notice("step.sell_opening", day=Day(since)), quantity(flow.opening)))
    else:
        steps.append(Step(notice("step.sell_no_opening"), ""))
    if flow.earlier and flow.opening is not None:
        steps.append(Step(notice("step.sell_earlier"), quantity(flow.earlier), "-"))
    steps.append(Step(notice("step.sell_in"), quantity(flow.sell_in), "+"))
    if flow.received:
        steps.append(Step(notice("step.sell_received"), quantity(flow.received), "+"))
    if flow.passed:
        steps.append(Step(notice("step.sell_passed"), quantity(flow.passed), "-"))
    steps.append(Step(notice("step.sell_out"), quantity(flow.sold), "-"))
    if flow.pipeline is not None:
        steps.append(Step(notice("step.sell_pipeline"), quantity(flow.pipeline), "="))
    else:
        steps.append(Step(notice("step.sell_change"), quantity(flow.change), "="))
    return tuple(steps)


def explain_sell_through(flow: Flow, unit: str = "") -> tuple[Step, ...]:
    """The rate as a division, with the definition that was used."""
    rate = sell_through(flow)
    name = "step.sell_through" if flow.at_start is not None else "step.sell_through_received"
    steps = [Step(notice("step.sell_sold"), Quantity(flow.sold + flow.passed, unit))]
    if flow.at_start is not None:
        steps.append(Step(notice("step.sell_stock"), Quantity(flow.at_start, unit)))
    steps.append(Step(notice("step.sell_came"), Quantity(flow.sell_in + flow.received, unit)))
    return (*steps, Step(notice(name), "" if rate is None else Rate(rate), "="))


def difference(pipeline: int | None, counted: int | None, day: str) -> Notice | None:
    """What a count says beside the pipeline; None where they agree or one is not known."""
    if pipeline is None or counted is None or pipeline == counted:
        return None
    code = "sell.more_counted" if counted > pipeline else "sell.less_counted"
    return notice(code, difference=Quantity(abs(counted - pipeline)), day=Day(day))
