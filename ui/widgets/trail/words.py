"""Entries of the trail as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

from channeldesk.model.declare import SYSTEM_FIELDS, Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Notice
from channeldesk.queries.trail_list import ANSWERS, EDITS, TrailChange, TrailRow
from channeldesk.rules.field_words import ENTITY_NAMES
from ui.i18n import N_, n, own_name, t, tn
from ui.widgets.inbox.words import entity_title, field_title, plain, type_of

ACTIONS = {
    "insert": N_("Added"),
    "patch": N_("Changed"),
    "delete": N_("Deleted"),
    "published": N_("Published"),
    "discarded": N_("Discarded"),
    "restored": N_("Brought back"),
    "blocked": N_("Held up"),
    "applied": N_("Accepted"),
    "merged": N_("Merged"),
    "duplicate": N_("Known already"),
    "conflict": N_("In conflict"),
    "rejected": N_("Rejected"),
}
_TONES = {"applied": "good", "merged": "good", "conflict": "warning", "rejected": "bad", "delete": "warning"}
_STAMPED = {one.name for one in SYSTEM_FIELDS}
_NOT_READ = {"body", "thumbnail", "sha256", "line_number"}
"""What no person reads: packed contents, their hashes, places in a list."""
_SHOWN = 6


def edits() -> list[tuple[str, str]]:
    return [(code, t(ACTIONS[code])) for code in EDITS]


def answers() -> list[tuple[str, str]]:
    return [(code, t(ACTIONS[code])) for code in ANSWERS]


def entities() -> list[tuple[str, str]]:
    return sorted(((code, t(name)) for code, name in ENTITY_NAMES.items()), key=lambda one: one[1])


def action(row: TrailRow) -> str:
    return t(ACTIONS[row.action]) if row.action in ACTIONS else row.action


def tone(row: TrailRow) -> str:
    return _TONES.get(row.action, "")


def answer(row: TrailChange) -> str:
    return t(ACTIONS[row.answer]) if row.answer else ""


def answer_tone(row: TrailChange) -> str:
    return _TONES.get(row.answer, "")


def who(row: TrailRow) -> str:
    return t("You") if row.own else t("Headquarters")


def title(row: TrailRow) -> str:
    """What it is about: the row's name, and whose it is where that is another."""
    one = row.named
    name = own_name(one.title, one.local) if one.title and one.title != row.row_id[-8:] else ""
    partner = own_name(one.partner, one.partner_local) if one.partner and row.entity != "partner" else ""
    parts = [part for part in (name, partner) if part]
    return " · ".join(dict.fromkeys(parts)) or entity_title(row.entity)


def whole(row: TrailChange) -> str:
    """The main row's fields, then what was written with it."""
    also = [t("{entity} × {count}", entity=entity_title(name), count=count) for name, count in row.also]
    return "; ".join([*also, *_fields(row.lead)])


def what(row: TrailRow) -> str:
    """The fields, from what to what; of an answer its reason."""
    return said(row.told) if row.told is not None else "; ".join(_fields(row))


def said(code: str) -> str:
    """What headquarters told."""
    if code not in MESSAGES:
        return code
    figures = (name for _, name, _, _ in Formatter().parse(MESSAGES[code]) if name)
    return tn(Notice(code, dict.fromkeys(figures, "…")))  # they are not in the trail


def notes(row: TrailChange) -> list[tuple[str, str]]:
    """Icon and sentence: headquarters' reasons, every field of the main row, the way to the rest."""
    fields = _fields(row.lead)
    found = [("warning", said(code)) for code in row.told]
    found += [("pencil-simple", text) for text in fields[:_SHOWN]]
    if row.entries > 1 or len(fields) > _SHOWN:
        told = n("Enter shows its {count} entry.", "Enter shows all {count} entries of it.", row.entries)
        found.append(("list-checks", told))
    return found


def _fields(row: TrailRow) -> Sequence[str]:
    found = []
    for name, before, after in row.changed:
        if _is_read(row, name, before, after):
            kind = type_of(row.entity, name)
            old, new = (_value(row, name, kind, value) for value in (before, after))
            text = new if row.action == "insert" else old if row.action == "delete" else f"{old} → {new}"
            found.append(f"{field_title(name)}: {text}")
    return [*found, *(f"{field_title(name)}: {step:+}" for name, step in row.moved)]


def _is_read(row: TrailRow, name: str, before: object, after: object) -> bool:
    """Who and when stand in columns of their own, whose it is in the title; what is as usual says nothing."""
    if name in _STAMPED or name in _NOT_READ:
        return False
    declared = ENTITIES.get(row.entity)
    if declared is None or name not in declared.fields:
        return True
    if name in declared.stamped or (
        row.action != "patch" and name in (declared.owner, declared.parent, "partner_id")
    ):
        return False
    value = before if row.action == "delete" else after
    known = row.names.get(str(value), (value, None))[0]
    return row.action == "patch" or (known != row.named.title and value != declared.fields[name].default)


def _value(row: TrailRow, name: str, kind: str, value: object) -> str:
    """A row that is pointed at by its name; ids are for machines."""
    if kind in (Type.REF, Type.ID) and value and value not in row.names:
        return t("not on this laptop")
    return plain(name, kind, value, row.currency, row.names)
