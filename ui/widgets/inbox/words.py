"""How conflicts and rejections are spoken of: values of any field, items of the list, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from channeldesk.model.declare import Type
from channeldesk.model.entities import ENTITIES
from channeldesk.queries.inbox import ConflictField, InboxItem, InboxRow
from channeldesk.queries.inbox_waiting import Waiting
from channeldesk.rules.field_words import CHOICE_NAMES, entity_name, field_name
from ui.i18n import formats, n, own_name, t, tn, two_names

NOTHING = "–"
Names = Mapping[str, tuple[str, str | None]]


def field_title(name: str) -> str:
    return t(field_name(name))


def entity_title(name: str) -> str:
    return t(entity_name(name))


def value_text(item: InboxItem, field: ConflictField, value: Any, side: str, shown: str | None = None) -> str:
    """A value of a conflict as people read it; ``shown`` is the name behind an id."""
    if field.type == Type.REF:
        return reference(value, item.names) if value in item.names or not shown else shown
    return plain(field.name, field.type, value, currency_of(item, field, side))


def version_text(item: InboxItem, field: ConflictField, side: str) -> str:
    """Base, mine or theirs of a field as people read it."""
    if (side == "theirs" and item.deleted_there) or (side == "mine" and item.deleted_here):
        return t("deleted")
    return value_text(item, field, getattr(field, side), side, field.shown.get(side))


def reference(value: Any, names: Names) -> str:
    """The name of a row that is pointed at; what is not on this laptop is said to be so."""
    if value is None or value == "":
        return NOTHING
    if value in names:
        return own_name(*names[value]) or NOTHING
    return t("not on this laptop ({id})", id=str(value)[-6:])


def plain(name: str, type_name: str, value: Any, currency: str, names: Names | None = None) -> str:
    """A wire value of a field in the reader's notation; nothing is an en dash."""
    if value is None or value == "":
        return NOTHING
    if type_name in (Type.REF, Type.ID):
        return reference(value, names or {})
    form = formats()
    known = CHOICE_NAMES.get(name, {}).get(str(value))
    if known is not None:
        return t(known)
    match type_name:
        case Type.MONEY if isinstance(value, int) and currency:
            return form.money(value, currency)
        case Type.PRICE if isinstance(value, int):
            return form.price(value)
        case Type.QUANTITY if isinstance(value, int):
            return form.quantity(value)
        case Type.RATE if isinstance(value, int):
            return form.rate(value)
        case Type.DECIMAL if isinstance(value, int):
            return form.scaled(value, 6)
        case Type.DAY if _is_day(value):
            return form.day(value)
        case Type.INSTANT if isinstance(value, int):
            return form.instant_short(value)
        case Type.FLAG if value in (0, 1):
            return t("yes") if value else t("no")
        case Type.INTEGER | Type.COUNTER if isinstance(value, int):
            return _clock(value) if name == "start_minute" else form.integer(value)
    return str(value)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def type_of(entity: str, name: str) -> str:
    """The declared type of a field; text for a customer's own."""
    declared = ENTITIES[entity].fields.get(name) if entity in ENTITIES else None
    return declared.type.value if declared is not None else Type.TEXT.value


def currency_of(item: InboxItem, field: ConflictField, side: str) -> str:
    """The currency an amount of this side is in: of the same group if it holds one, else the row's."""
    for other in item.fields:
        if other.name == "currency" and other.group == field.group:
            return str(getattr(other, side) or item.currency or "")
    return item.currency or ""


def row_title(row: InboxRow) -> str:
    """The row by name, with its partner's."""
    first, second = names(row)
    if row.entity == "partner" or not second:
        return first
    return t("{title}, {partner}", title=first, partner=second)


def names(row: InboxRow) -> tuple[str, str]:
    """The row's name, and its partner's (of a partner: its other name)."""
    if row.entity == "partner":
        return two_names(row.title, row.subtitle)
    title = _named(row.title) or entity_title(row.entity)
    return title, own_name(row.subtitle, row.partner_local) if row.subtitle else ""


def _named(title: str) -> str:
    """Some rows go by a date."""
    return formats().day_short(title) if _is_day(title) else title


def _is_day(text: object) -> bool:
    """What headquarters refused may be no date at all."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def partner_title(row: InboxRow) -> str:
    """The partner that an item stands under; "" where it belongs to none that is on this laptop."""
    return own_name(row.partner, row.partner_local) if row.partner or row.partner_local else ""


def short_title(row: InboxRow) -> str:
    """What stands under the partner's name: the row without it."""
    if row.entity == "partner":
        return entity_title("partner")
    title = _named(row.title)
    return t("{entity} {title}", entity=entity_title(row.entity), title=title) if title else names(row)[0]


def row_text(row: InboxRow) -> str:
    """The second line of an item in the list."""
    if row.kind == "conflict":
        return t("{entity}: {what}", entity=entity_title(row.entity), what=conflict_text(row))
    return tn(row.notice)


def conflict_text(row: InboxRow) -> str:
    """What a conflict is about."""
    if row.op == "delete":
        return t("you deleted it, headquarters changed it")
    if row.notice.code == "sync.row_deleted":
        return t("deleted at headquarters")
    if len(row.fields) == 1:
        return field_title(row.fields[0])
    return n("{count} field differs", "{count} fields differ", len(row.fields))


def list_text(row: InboxRow) -> str:
    """The second line of an item below its partner's name."""
    if row.state == "decided":
        return t("{decision}: {what}", decision=decided_text(row), what=names(row)[0])
    return conflict_text(row) if row.kind == "conflict" else tn(row.notice)


def kind_title(kind: str) -> str:
    return {
        "rejection": t("Rejected"),
        "out_of_scope": t("Out of your area"),
        "conflict": t("Conflicts"),
        "set_aside": t("Could not be stored"),
    }[kind]


def kind_name(row: InboxRow) -> str:
    """One item by its kind."""
    return {
        "rejection": t("Rejected"),
        "out_of_scope": t("Out of your area"),
        "conflict": t("Conflict"),
        "set_aside": t("Could not be stored"),
    }[row.sort]


def decided_text(row: InboxRow) -> str:
    """How it was decided."""
    return {
        "mine": t("Kept mine"),
        "theirs": t("Took theirs"),
        "base": t("Put back"),
        "fields": t("Field by field"),
        "recreated": t("Made again"),
        "deleted": t("Deleted again"),
        "resent": t("Sent again"),
        "discarded": t("Given up"),
        "seen": t("Taken note of"),
    }.get(row.how, t("Decided"))


def spoken(row: InboxRow) -> str:
    """Everything that the list says of an item, for searching and for a screen reader."""
    parts = [kind_name(row), *names(row), partner_title(row), entity_title(row.entity), list_text(row)]
    parts += [*map(field_title, row.fields), waiting_text(row)]
    return ", ".join(dict.fromkeys(filter(None, parts)))


def waiting_text(row: InboxRow) -> str:
    """How much waits for the decision; "" where nothing does."""
    return n("{count} change waits", "{count} changes wait", row.waiting) if row.waiting else ""


def waiting_title(one: Waiting) -> str:
    """One transaction that waits."""
    what = entity_title(one.entity)
    title = own_name(one.title, one.local) if one.entity in ("partner", "product") else _named(one.title)
    named = t("{entity} {title}", entity=what, title=title) if title else what
    more = one.rows - 1
    return (
        n("{title} and {count} more row", "{title} and {count} more rows", more, title=named)
        if more
        else named
    )


def waiting_partner(one: Waiting) -> str:
    return own_name(one.partner, one.partner_local) if one.partner or one.partner_local else ""


def listing(fields: Sequence[str]) -> str:
    """Fields named one after the other, as the language lists things."""
    return formats().listing([field_title(name) for name in fields])
