"""A report of sell-out that is being made: lines keyed, lines of a file, what becomes of each. Free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from channeldesk.queries import clock, find, sell_file
from channeldesk.queries.form_drafts import form_draft
from channeldesk.queries.sell_file import FileRow, Preview, Standing
from channeldesk.queries.sell_reports import Sold

FORM = "sell_out:"
"""Of drafts of forms, followed by the partner."""


class Asks(Protocol):
    def ask(self, query: Any, *args: Any, **kw: Any) -> Any: ...


@dataclass(frozen=True)
class OpenedReport:
    """What the form begins with; ``sold``: what was keyed and not recorded."""

    partner_id: bytes
    name: str
    name_local: str | None
    currency: str
    today: str
    buyers: tuple[tuple[bytes, str], ...]
    sold: tuple[Sold, ...]


def opened(connection: Any, partner_id: bytes) -> OpenedReport | None:
    """None where the partner is not here."""
    names = find.partner_names(connection, partner_id)
    if names is None:
        return None
    kept = form_draft(connection, FORM + partner_id.hex())
    lines = [] if kept is None else [_sold(one) for one in kept.typed.get("lines", ())]
    return OpenedReport(
        partner_id,
        *names,
        sell_file.currency_of(connection, partner_id),
        clock.today_of(connection, partner_id),
        sell_file.sub_dealers(connection, partner_id),
        tuple(lines),
    )


class SellReport:
    """The form's state. ``rows``: as they were judged last, keyed ones first."""

    def __init__(self, found: OpenedReport) -> None:
        self.found = found
        self.sold: list[Sold] = list(found.sold)
        self.preview: Preview | None = None
        self.rows: tuple[FileRow, ...] = ()
        self.repeats = False
        """Whether equal rows are sales of their own."""
        self._before: list[list[Sold]] = []

    def add(self, sold: Sold) -> None:
        self._before.append(list(self.sold))
        self.sold.append(sold)

    def remove(self, at: int) -> bool:
        """A keyed line; those of a file stay as the file has them."""
        if not 0 <= at < len(self.sold):
            return False
        self._before.append(list(self.sold))
        del self.sold[at]
        return True

    def clear(self) -> None:
        self._before.append(list(self.sold))
        self.sold = []

    def undo(self) -> bool:
        if not self._before:
            return False
        self.sold = self._before.pop()
        return True

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def count(self, standing: Standing) -> int:
        return sum(row.standing is standing for row in self.rows)

    @property
    def lines(self) -> tuple[Sold, ...]:
        """What is booked."""
        wanted = {Standing.NEW, Standing.REPEATED} if self.repeats else {Standing.NEW}
        return tuple(row.sold for row in self.rows if row.sold is not None and row.standing in wanted)

    @property
    def file(self) -> str | None:
        return None if self.preview is None else self.preview.table.path.name

    @property
    def chosen(self) -> dict[str, str]:
        """Headings by what they were taken for, to be remembered."""
        if self.preview is None:
            return {}
        names = self.preview.headings.names
        return {name: names[at] for name, at in self.preview.columns.items() if at < len(names)}

    def typed(self) -> dict[str, Any]:
        """What is kept while it is keyed; nothing keyed is nothing to keep."""
        return {"lines": [_plain(one) for one in self.sold]} if self.sold else {}


def read_file(
    desk: Asks,
    partner_id: bytes,
    file: Any,
    chosen: Mapping[str, Any],
    *,
    progress: Any,
    cancel: Event,
) -> Preview | None:
    """Off the window's thread; None when it was cancelled."""
    found: Preview = desk.ask(
        sell_file.preview, partner_id, file, **chosen, progress=progress, stop=cancel.is_set
    )
    return None if cancel.is_set() else found


def save_rejected(path: str, found: Preview, reason: Any, names: tuple[str, str]) -> int:
    return sell_file.save_rejected(Path(path), found, reason, names)


def _plain(sold: Sold) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(sold).items()}


def _sold(kept: Mapping[str, Any]) -> Sold:
    buyer = kept.get("buyer_id")
    ids = {
        "product_id": bytes.fromhex(kept["product_id"]),
        "buyer_id": bytes.fromhex(buyer) if buyer else None,
    }
    return Sold(**{**kept, **ids})
