"""Keeping lines of an order as a template, and removing one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Problem, notice
from channeldesk.queries.templates import KIND, body, read, templates

LONGEST_NAME = 60
_MOVED: Changes = frozenset({Topic.ORDERS, Topic.SYNC})


def save(
    tx: Tx, name: str, partner_id: bytes, lines: Sequence[tuple[bytes, int]], everywhere: bool = False
) -> Done[bytes]:
    """Keep ``lines`` (product, quantity) as ``name``, for the partner or, ``everywhere``, for all; one of the
    same name for the same is replaced. Raises Problem for no name, a long one, or no lines.
    """
    name = " ".join(name.split())
    if not name:
        raise Problem.of("template.no_name", remedy="remedy.name_it")
    if len(name) > LONGEST_NAME:
        raise Problem.of("view.long_name", most=LONGEST_NAME, remedy="remedy.name_it")
    if not lines:
        raise Problem.of("order.no_lines")
    whose = None if everywhere else partner_id
    told = body(name, lines)
    label = notice("template.saved", name=name)
    for one in templates(tx.connection, tx.user_id, partner_id):
        if one.name == name and one.partner_id == whose:
            before = write.patch(tx, "draft", one.id, {"body": told})
            return Done(one.id, _MOVED, label, Undo(label, partial(_as_before, one.id, before)))
    kept = {"user_id": tx.user_id, "draft_kind": KIND, "partner_id": whose, "body": told}
    made = write.insert(tx, "draft", kept)
    return Done(made, _MOVED, label, Undo(label, partial(_gone, made)))


def remove(tx: Tx, template_id: bytes) -> Done[None]:
    """Throw one away."""
    row = write.existing(tx, "draft", template_id)
    write.remove(tx, "draft", template_id)
    label = notice("template.removed", name=read(row["id"], row["partner_id"], row["body"]).name)
    return Done(None, _MOVED, label, Undo(label, partial(_back, row)))


def _as_before(template_id: bytes, before: dict[str, Any], tx: Tx) -> Done[None]:
    write.patch(tx, "draft", template_id, before)
    return Done(None, _MOVED)


def _gone(template_id: bytes, tx: Tx) -> Done[None]:
    write.remove(tx, "draft", template_id)
    return Done(None, _MOVED)


def _back(row: dict[str, Any], tx: Tx) -> Done[None]:
    write.restore(tx, "draft", row)
    return Done(None, _MOVED)
