"""From the list price of a line to what is paid: what each step takes off or adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from channeldesk.model import values
from channeldesk.model.notice import Money, Notice, Quantity, Rate, notice
from channeldesk.rules.explain import Step
from channeldesk.rules.pricing import ListPrice, PricedLine, PriceItem, discounted, price_line

Part = Literal["list", "break", "promotion", "net", "tax", "total"]


@dataclass(frozen=True, slots=True)
class Bar:
    """``amount`` in minor units: of list, net and total what it comes to, of the others by how much."""

    part: Part
    label: Notice
    amount: int

    @property
    def is_sum(self) -> bool:
        return self.part in ("list", "net", "total")


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars in their order and the same in words. What stands between two sums adds up to the second."""

    currency: str
    quantity: int
    first: int
    """The price of the list before breaks, scale 4."""
    bars: tuple[Bar, ...]
    priced: PricedLine

    @property
    def steps(self) -> tuple[Step, ...]:
        """The same in words, to the amount that is paid."""
        total = Money(self.priced.net + self.priced.tax, self.currency)
        return (*self.priced.steps, Step(notice("step.to_pay"), total, "="))

    @property
    def promotions(self) -> tuple[str, ...]:
        """Codes of those that took something off."""
        return tuple(str(bar.label.params["promotion"]) for bar in self.bars if bar.part == "promotion")

    @property
    def unit_net(self) -> int:
        """Net per base unit after promotions, rounded half up at scale 4."""
        scale = values.PRICE_SCALE + values.QUANTITY_SCALE - values.minor_units(self.currency)
        return values.round_half_up(self.priced.net * 10**scale, self.quantity)


def waterfall(
    found: ListPrice,
    items: Iterable[PriceItem],
    quantity: int,
    tax_rate: int,
    taken: Sequence[tuple[str, int]] = (),
) -> Waterfall:
    """Of a line of ``quantity`` at its list price. ``items``: those of its product; ``taken``: of each
    promotion its code and what it takes off.
    """
    currency = found.price_list.currency
    line = price_line(quantity, currency, tax_rate, found)
    first = min(
        (one for one in items if one.price_list == found.price_list.id),
        key=lambda one: one.min_quantity,
        default=found.item,
    )
    listed = values.line_net(quantity, first.price, currency)
    priced = discounted(line, currency, taken) if taken else line
    bars = [Bar("list", notice("step.list_price"), listed)]
    if first != found.item:
        label = notice("step.break", quantity=Quantity(found.item.min_quantity))
        bars.append(Bar("break", label, line.net - listed))
    bars += [Bar("promotion", notice("step.promotion", promotion=code), -amount) for code, amount in taken]
    bars.append(Bar("net", notice("step.net_short"), priced.net))
    bars.append(Bar("tax", notice("step.tax", rate=Rate(tax_rate)), priced.tax))
    bars.append(Bar("total", notice("step.to_pay"), priced.net + priced.tax))
    return Waterfall(currency, quantity, first.price, tuple(bars), priced)
