"""What the page of prices and promotions shows: the subject of the page, so that going back returns to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from channeldesk.queries.deviations import Behind

Part = Literal["promotions", "prices", "deviations"]


@dataclass(frozen=True)
class PricesView:
    """``promotion``: shown beside the list. ``partner`` or ``product``: whose prices. ``days``: of the report
    of deviations.
    """

    part: Part = "promotions"
    promotion: bytes | None = None
    partner: bytes | None = None
    product: bytes | None = None
    quantity: int | None = None
    days: int | None = None

    def at(self, part: Part) -> PricesView:
        """Another part of the same page, with what was chosen there."""
        return replace(self, part=part)


@dataclass(frozen=True)
class PriceLines:
    """Order lines behind a row of the report of deviations, and the view it was opened in. ``figure`` is
    their net in minor units; ``title`` names the product.
    """

    view: PricesView
    behind: Behind
    title: str
    figure: int
