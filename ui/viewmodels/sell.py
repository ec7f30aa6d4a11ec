"""What the pages about sell-in and sell-out show and keep. Free of Qt."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from channeldesk.analytics.chart import ChartData
from channeldesk.analytics.sell import sell_in_and_out
from channeldesk.queries import partner_page, sell
from channeldesk.queries.sell import Part, SellThrough
from channeldesk.queries.views import ListView


@dataclass(frozen=True)
class SellAnswer:
    """``found`` is None where nobody's sell-out is known."""

    found: SellThrough | None

    def chart(self) -> ChartData | None:
        return None if self.found is None else sell_in_and_out(self.found.months, self.found.as_of)


def load(
    connection: Any, partner_id: bytes | None, product_id: bytes | None = None, own: bool = False
) -> SellAnswer:
    """The partner asked for, or the one that reported last. ``own``: of a partner's people theirs."""
    if own:
        partner_id = partner_page.own(connection)
    wanted = partner_id or next((one.id for one in sell.sellers(connection, most=1)), None)
    return SellAnswer(None if wanted is None else sell.sell(connection, wanted, product_id=product_id))


class Rows:
    """Rows that are at hand, as a list table asks for them."""

    def __init__(self) -> None:
        self.all: Sequence[Any] = ()
        self.keep: Callable[[Any], bool] = lambda _row: True

    def keys(self, _connection: Any, _view: ListView, *_subject: object) -> array[int]:
        return array("q", (at for at, row in enumerate(self.all) if self.keep(row)))

    def rows(self, _connection: Any, keys: Sequence[int]) -> list[Any]:
        """What went meanwhile is left out."""
        return [self.all[at] for at in keys if at < len(self.all)]


def parts(answer: SellThrough, cut: str) -> tuple[Part, ...]:
    return answer.products if cut == "product" else answer.partners
