"""Columns of a file of prices, as it is written for a spreadsheet, or handed back to be put right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from channeldesk.queries.price_sheet import SheetRow
from channeldesk.queries.sheet_rejected import Rejected, Source, ToMend, to_mend
from channeldesk.rules.bulk.sheet import Bad
from ui.i18n import t, tn
from ui.models import plain
from ui.models.columns import Column, Kind


def columns() -> list[Column]:
    """In the person's language; ``queries.price_sheet`` knows the headings in all of them."""
    told = [
        ("list_code", t("Price list"), Kind.TEXT, 160),
        ("sku", t("Product code"), Kind.TEXT, 110),
        ("name", t("Name"), Kind.TEXT, 240),
        ("min_quantity", t("From quantity"), Kind.QUANTITY, 90),
        ("price", t("Price"), Kind.PRICE, 90),
        ("floor", t("Floor price"), Kind.PRICE, 90),
        ("currency", t("Currency"), Kind.TEXT, 70),
        ("valid_from", t("List valid from"), Kind.DAY, 100),
        ("valid_to", t("List valid to"), Kind.DAY, 100),
        ("stamp", t("Version (leave as it is)"), Kind.TEXT, 140),
    ]
    return [Column(name, title, partial(_value, name), kind, width) for name, title, kind, width in told]


def _value(name: str, row: SheetRow) -> Any:
    return getattr(row, name)


def write_rejected(
    path: Path,
    source: Source,
    bad: Sequence[Bad],
    progress: Callable[[Any], None],
    cancel: Event,
) -> int:
    """The rows that were not taken, as the file had them, each with its line and the reason; how many. The
    ending decides what kind of file it becomes. Off the window's thread; raises Problem.
    """
    beside = (t("Line"), t("Reason"))
    decimal = "." if path.suffix.lower() == plain.WORKBOOK else ""
    found = to_mend(source, bad, told=beside, decimal=decimal)
    shown = _of_rejected(found, *beside)
    keys = range(len(found.rows))
    return plain.write(path, shown, keys, lambda some: [found.rows[at] for at in some], progress, cancel)


def _of_rejected(found: ToMend, line: str, reason: str) -> list[Column]:
    kinds = dict.fromkeys(found.figures, Kind.NUMBER)
    return [
        *(
            Column(str(place), name, partial(_cell, place), kinds.get(place, Kind.TEXT))
            for place, name in enumerate(found.names)
        ),
        Column("line", line, lambda row: row.line, Kind.INTEGER, 60),
        Column("reason", reason, lambda row: tn(row.reason), width=420),
    ]


def _cell(place: int, row: Rejected) -> str:
    return row.cells[place]
