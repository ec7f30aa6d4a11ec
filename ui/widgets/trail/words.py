"""Entries of the trail as people read them."""

from __future__ import annotations

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Notice
from channeldesk.queries.trail_list import TrailRow
from channeldesk.rules.field_words import ENTITY_NAMES
from ui.i18n import N_, own_name, t, tn
from ui.widgets.inbox.words import entity_title, field_title, plain, type_of

ACTIONS = {
    "insert": N_("Added"),
    "patch": N_("Changed"),
    "delete": N_("Deleted"),
    "published": N_("Published"),
    "discarded": N_("Discarded"),
    "restored": N_("Brought back"),
    "applied": N_("Accepted"),
    "merged": N_("Merged"),
    "duplicate": N_("Known already"),
    "conflict": N_("In conflict"),
    "rejected": N_("Rejected"),
}
_TONES = {"applied": "good", "merged": "good", "conflict": "warning", "rejected": "bad", "delete": "warning"}


def actions() -> list[tuple[str, str]]:
    return [(code, t(text)) for code, text in ACTIONS.items()]


def people() -> list[tuple[str, str]]:
    return [("you", t("You")), ("headquarters", t("Headquarters"))]


def entities() -> list[tuple[str, str]]:
    return sorted(((code, t(name)) for code, name in ENTITY_NAMES.items()), key=lambda one: one[1])


def action(row: TrailRow) -> str:
    return t(ACTIONS[row.action]) if row.action in ACTIONS else row.action


def tone(row: TrailRow) -> str:
    return _TONES.get(row.action, "")


def who(row: TrailRow) -> str:
    return t("You") if row.own else t("Headquarters")


def title(row: TrailRow) -> str:
    """What it is about: the row's name, and whose it is where that is another."""
    one = row.named
    name = own_name(one.title, one.local) if one.title else ""
    partner = own_name(one.partner, one.partner_local) if one.partner and row.entity != "partner" else ""
    parts = [part for part in (name, partner) if part]
    return " · ".join(dict.fromkeys(parts)) or entity_title(row.entity)


def what(row: TrailRow) -> str:
    """The fields, from what to what; of an answer its reason."""
    if row.told is not None:
        template = MESSAGES.get(row.told, "{")
        return row.told if "{" in template else tn(Notice(row.told))  # its figures are not in the trail
    return "; ".join(text for _, text in details(row))


def details(row: TrailRow) -> list[tuple[str, str]]:
    """Icon and sentence for every field."""
    found = []
    for name, before, after in row.changed:
        kind = type_of(row.entity, name)
        old, new = (plain(name, kind, value, "") for value in (before, after))
        text = new if row.action == "insert" else old if row.action == "delete" else f"{old} → {new}"
        found.append(("pencil-simple", f"{field_title(name)}: {text}"))
    found += [("plus", f"{field_title(name)}: {step:+}") for name, step in row.moved]
    return found
