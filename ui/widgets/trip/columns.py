"""Columns of the trip pack: one line per partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.queries.trip import TripPartner
from ui.i18n import t, two_names
from ui.models.columns import Column, Kind
from ui.widgets.trip import words

if TYPE_CHECKING:
    from channeldesk.sync.trip import TripReport


@dataclass(frozen=True)
class Line:
    """A partner of the report, in words; ``key`` is its place."""

    key: int
    partner: TripPartner
    ready: bool
    told: str
    files_here: int


def lines(report: TripReport) -> list[Line]:
    return [
        Line(
            at,
            one,
            report.ready(one),
            words.lacking(report, one),
            len(one.files) - len(report.missing_of(one.partner_id)),
        )
        for at, one in enumerate(report.pack.partners)
    ]


def columns() -> list[Column]:
    def count(name: str, title: str, value: str, width: int = 76) -> Column:
        return _plain(
            Column(name, title, lambda row: getattr(row.partner, value) or None, Kind.INTEGER, width)
        )

    return [
        _plain(Column("partner", t("Partner"), _name, width=240, second=_second)),
        _plain(Column("days", t("Days"), lambda row: words.days(row.partner), width=116)),
        _plain(
            Column("ready", t("On this laptop"), _ready, Kind.CHIP, 112, tone=_tone),
        ),
        _plain(Column("told", t("To know"), lambda row: row.told or "–", width=120, stretch=True, tip=_tip)),
        count("contacts", t("Contacts"), "contacts"),
        count("orders", t("Open orders"), "open_orders", 96),
        count("promises", t("Promises"), "promises"),
        count("prices", t("Prices"), "prices"),
        count("stock", t("Stock"), "stock", 64),
        _plain(Column("files", t("Files"), _files, width=64, right=True)),
    ]


def _plain(column: Column) -> Column:
    """A short list: neither sorted nor filtered in SQL."""
    from dataclasses import replace

    return replace(column, sortable=False, filterable=False)


def _name(row: Line) -> str:
    return two_names(row.partner.name, row.partner.name_local)[0]


def _second(row: Line) -> str:
    return two_names(row.partner.name, row.partner.name_local)[1]


def _ready(row: Line) -> str:
    return t("complete") if row.ready else t("incomplete")


def _tone(row: Line) -> str:
    return "good" if row.ready else "warning"


def _tip(row: Line) -> str:
    return row.told.replace(words.BETWEEN, "\n")


def _files(row: Line) -> str | None:
    every = len(row.partner.files)
    if not every:
        return None
    return (
        str(every)
        if row.files_here == every
        else t("{done} of {expected}", done=row.files_here, expected=every)
    )
