"""The people at a partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.partners import check
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.declare import SYSTEM_FIELDS
from channeldesk.model.notice import Notice, Problem

_MOVED: Changes = frozenset({Topic.CONTACTS, Topic.PARTNERS, Topic.SYNC})
_FIXED = {field.name for field in SYSTEM_FIELDS} | {"partner_id"}


def add(tx: Tx, partner_id: bytes, values: Mapping[str, Any]) -> Done[bytes]:
    """A new contact; the value is its id."""
    write.existing(tx, "partner", partner_id)
    checked = check("contact", values, _FIXED)
    if not checked.get("name"):
        raise Problem.of("edit.field_required", field="name")
    contact_id = write.insert(tx, "contact", {"partner_id": partner_id, **checked})
    others = _one_main(tx, partner_id, contact_id) if checked.get("main") else []

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "contact", contact_id)
        _main_again(tx, others)
        return Done(None, _MOVED)

    name = str(checked["name"])
    return Done(
        contact_id, _MOVED, Notice("contact.added", {"name": name}), Undo(Notice("undo.contact_added"), back)
    )


def edit(tx: Tx, contact_id: bytes, values: Mapping[str, Any]) -> Done[None]:
    """Change fields of a contact; making it the main one ends that of another."""
    before = write.patch(tx, "contact", contact_id, check("contact", values, _FIXED))
    row = write.existing(tx, "contact", contact_id)
    others = _one_main(tx, row["partner_id"], contact_id) if row["main"] else []

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "contact", contact_id, before)
        _main_again(tx, others)
        return Done(None, _MOVED)

    return Done(
        None,
        _MOVED,
        Notice("contact.edited", {"name": row["name"]}),
        Undo(Notice("undo.contact_edited"), back),
    )


def remove(tx: Tx, contact_id: bytes) -> Done[None]:
    """Delete a contact."""
    row = write.remove(tx, "contact", contact_id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "contact", row)
        return Done(None, _MOVED)

    return Done(
        None,
        _MOVED,
        Notice("contact.removed", {"name": row["name"]}),
        Undo(Notice("undo.contact_removed"), back),
    )


def _one_main(tx: Tx, partner_id: bytes, main: bytes) -> list[bytes]:
    found = tx.connection.execute(
        sa.text("SELECT id FROM contact WHERE partner_id = :partner AND main = 1 AND id <> :main"),
        {"partner": partner_id, "main": main},
    )
    others = list(found.scalars())
    for other in others:
        write.patch(tx, "contact", other, {"main": 0})
    return others


def _main_again(tx: Tx, others: list[bytes]) -> None:
    for other in others:
        write.patch(tx, "contact", other, {"main": 1})
