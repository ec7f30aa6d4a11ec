"""Columns of the history of rounds."""

from __future__ import annotations

from collections.abc import Callable

from channeldesk.queries.rounds import RoundRow
from ui.i18n import t
from ui.models.columns import Column, Kind
from ui.widgets.rounds import words
from ui.widgets.table_header import instant_width


def columns() -> list[Column]:
    return [
        Column("ended", t("Ended"), lambda row: row.ended_at, Kind.INSTANT, instant_width(t("Ended"))),
        Column("result", t("Result"), words.result, Kind.CHIP, 104, options=words.results(), tone=words.tone),
        Column(
            "happened",
            t("What happened"),
            words.happened,
            width=180,
            stretch=True,
            sortable=False,
            filterable=False,
            tip=_tip,
        ),
        Column("reason", t("Why it ran"), words.reason, width=116, options=words.reasons()),
        Column("sent", t("Sent"), lambda row: row.pushed or None, Kind.INTEGER, 56),
        Column("fetched", t("Fetched"), lambda row: row.pulled or None, Kind.INTEGER, 84),
        Column("needs", t("Need you"), lambda row: row.needs_you or None, Kind.INTEGER, 72, visible=False),
        _told("up", t("Up"), lambda row: words.size_text(row.bytes_sent), visible=False),
        _told("down", t("Down"), lambda row: words.size_text(row.bytes_received)),
        _told("took", t("Took"), lambda row: words.took_text(row.took)),
    ]


def _told(name: str, title: str, value: Callable[[RoundRow], str], *, visible: bool = True) -> Column:
    """A measure in words: it sorts by its figure, and nobody filters it."""
    return Column(name, title, value, width=88, right=True, filterable=False, visible=visible)


def _tip(row: RoundRow) -> str:
    told = words.consequences(row) if row.result == "failed" else []
    return "\n".join(text for _, text in told) if told else words.happened(row)
