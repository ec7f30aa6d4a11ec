"""Columns of the audit trail: of the changes, and of the entries of one."""

from __future__ import annotations

from ui.i18n import t
from ui.models.columns import Column, Kind
from ui.widgets.inbox.words import entity_title
from ui.widgets.table_header import instant_width
from ui.widgets.trail import words


def columns() -> list[Column]:
    return [
        Column("at", t("Time"), lambda row: row.lead.at, Kind.INSTANT, instant_width(t("Time"))),
        Column(
            "action",
            t("Action"),
            lambda row: words.action(row.lead),
            Kind.CHIP,
            88,
            options=words.edits(),
            tone=lambda row: words.tone(row.lead),
        ),
        Column(
            "entity",
            t("Kind"),
            lambda row: entity_title(row.lead.entity),
            width=96,
            options=words.entities(),
        ),
        Column(
            "title",
            t("About"),
            lambda row: words.title(row.lead),
            width=184,
            sortable=False,
            filterable=False,
            tip=lambda row: words.title(row.lead),
        ),
        Column(
            "what",
            t("What changed"),
            words.whole,
            width=160,
            stretch=True,
            sortable=False,
            filterable=False,
            tip=words.whole,
        ),
        Column(
            "answer",
            t("Headquarters"),
            words.answer,
            Kind.CHIP,
            104,
            options=words.answers(),
            tone=words.answer_tone,
        ),
        Column("row", t("Row"), lambda row: row.lead.row_id, width=120, visible=False),
        Column("seq", t("No."), lambda row: row.key, Kind.INTEGER, 64, visible=False),
    ]


def entry_columns() -> list[Column]:
    return [
        Column("seq", t("No."), lambda row: row.key, Kind.INTEGER, 72),
        Column("at", t("Time"), lambda row: row.at, Kind.INSTANT, instant_width(t("Time")), sortable=False),
        Column("who", t("Who"), words.who, width=96, sortable=False),
        Column("action", t("Action"), words.action, Kind.CHIP, 96, sortable=False, tone=words.tone),
        Column("entity", t("Kind"), lambda row: entity_title(row.entity), width=96, sortable=False),
        Column("title", t("About"), words.title, width=168, sortable=False, tip=words.title),
        Column(
            "what", t("What changed"), words.what, width=160, stretch=True, sortable=False, tip=words.what
        ),
    ]
