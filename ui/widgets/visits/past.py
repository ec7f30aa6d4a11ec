"""The visits that are over."""

from __future__ import annotations

from channeldesk.queries import visits
from channeldesk.queries.visits import VisitRow
from ui.context import Context
from ui.i18n import t, two_names
from ui.models.columns import Column, Kind
from ui.widgets import counted
from ui.widgets.face import Face
from ui.widgets.list_table import ListTable
from ui.widgets.partners import words

_TONES = {"met": "good", "not_met": "outline", "order_taken": "accent", "issue_open": "warning"}


def past_list(context: Context) -> ListTable:
    made = ListTable(
        context.tasks,
        t("Past visits"),
        _columns(),
        visits.keys,
        visits.rows,
        ticks=True,
        views="visits",
        figures=visits.figures,
        things=counted.visits,
    )
    made.told.connect(context.say)
    made.set_empty(_empty)
    return made


def _columns() -> list[Column]:
    return [
        Column("day", t("Day"), lambda row: row.day, Kind.DAY, 112, provisional=_provisional),
        Column("partner", t("Partner"), _partner, width=190, second=_second),
        Column("outcome", t("Outcome"), _outcome, Kind.CHIP, 116, options=words.outcomes(), tone=_tone),
        Column("note", t("Note"), words.visit_note, width=240, stretch=True, tip=words.visit_note),
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


def _provisional(row: VisitRow) -> str:
    return t("Headquarters has not received this visit yet.") if row.provisional else ""


def _empty(face: Face, filtered: bool) -> None:
    if filtered:
        face.empty(t("Nothing matches"), t("No visit fits these filters."), t("Clear filters"), "funnel")
    else:
        face.empty(t("No visits yet"), t("A visit stands here once you checked out."), icon="map-pin")
