"""Columns of the audit trail."""

from __future__ import annotations

from ui.i18n import t
from ui.models.columns import Column, Kind
from ui.widgets.inbox.words import entity_title
from ui.widgets.trail import words


def columns() -> list[Column]:
    return [
        Column("at", t("Time"), lambda row: row.at, Kind.INSTANT, 112),
        Column("who", t("Who"), words.who, width=104, options=words.people()),
        Column("action", t("Action"), words.action, Kind.CHIP, 96, options=words.actions(), tone=words.tone),
        Column("entity", t("Kind"), lambda row: entity_title(row.entity), width=96, options=words.entities()),
        Column("title", t("About"), words.title, width=152, sortable=False, filterable=False),
        Column(
            "what", t("What changed"), words.what, width=180, stretch=True, sortable=False, tip=words.what
        ),
        Column("row", t("Row"), lambda row: row.row_id, width=120, visible=False),
        Column("seq", t("No."), lambda row: row.key, Kind.INTEGER, 64, visible=False),
    ]
