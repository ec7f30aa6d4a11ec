"""Columns of the visits that are over."""

from __future__ import annotations

from channeldesk.queries.visits import VisitRow
from ui.i18n import t, two_names
from ui.models.columns import Column, Kind
from ui.widgets.partners import words

_TONES = {"met": "good", "not_met": "outline", "order_taken": "accent", "issue_open": "warning"}


def columns() -> list[Column]:
    return [
        Column("day", t("Day"), lambda row: row.day, Kind.DAY, 112, provisional=_provisional),
        Column("partner", t("Partner"), _partner, width=190, second=_second),
        Column("outcome", t("Outcome"), _outcome, Kind.CHIP, 116, options=words.outcomes(), tone=_tone),
        Column("note", t("Note"), _note, width=240, stretch=True, tip=_note),
        Column("minutes", t("Minutes"), lambda row: row.minutes, Kind.INTEGER, 76, comes_to="sum"),
        Column(
            "counted",
            t("Counted"),
            lambda row: row.counted or None,
            Kind.INTEGER,
            76,
            sortable=False,
            filterable=False,
        ),
        Column("person", t("Who"), lambda row: row.person, width=110),
    ]


def _partner(row: VisitRow) -> str:
    return two_names(row.partner, row.partner_local)[0]


def _second(row: VisitRow) -> str:
    return two_names(row.partner, row.partner_local)[1]


def _outcome(row: VisitRow) -> str:
    return words.outcome(row.outcome) if row.outcome in words.OUTCOMES else row.outcome


def _tone(row: VisitRow) -> str:
    return _TONES.get(row.outcome, "plain")


def _note(row: VisitRow) -> str:
    return (row.note or "").replace("\n", " ")


def _provisional(row: VisitRow) -> str:
    return t("Headquarters has not received this visit yet.") if row.provisional else ""
