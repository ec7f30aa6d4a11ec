"""Counting stock at a partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import clock, count_sheet
from channeldesk.queries.count_drafts import CountDraft, CountedLine
from channeldesk.queries.count_limits import limit_of
from channeldesk.rules.counts import Line, Status, Verdict, judge

_MOVED: Changes = frozenset({Topic.STOCK, Topic.SYNC})
_DRAFTS: Changes = frozenset({Topic.SYNC})


Counted = CountedLine


@dataclass(frozen=True)
class CountRecorded:
    """``differences`` counts the lines that did not match the books; ``waits``: for an approval."""

    count_id: bytes
    lines: int
    differences: int
    waits: bool = False


@dataclass(frozen=True)
class CountTakenBack:
    """A count was undone before it was sent; what was counted is a draft again where it was one before."""

    partner_id: bytes
    draft_id: bytes | None


def record_count(
    tx: Tx,
    partner_id: bytes,
    lines: Sequence[Counted],
    *,
    warehouse_id: bytes | None = None,
    visit_id: bytes | None = None,
    note: str | None = None,
    draft_id: bytes | None = None,
) -> Done[CountRecorded]:
    """Record what was counted, with what the books expected at that moment. A fact: corrected by a new count.

    Without a warehouse it is of everything at the partner. ``draft_id`` is the draft it was kept in, which
    ends with it. Above the limit of differences it waits for an approval. Raises Problem for no lines, a
    negative quantity, a product counted twice, a warehouse that is not the partner's, or, in a count that
    waits, a difference without a reason.
    """
    write.existing(tx, "partner", partner_id)
    _check(lines)
    if warehouse_id is not None:
        place = write.existing(tx, "warehouse", warehouse_id)
        if place["partner_id"] != partner_id:
            raise Problem.of("count.other_warehouse", warehouse=place["name"])
    known = {
        line.product_id: line
        for line in count_sheet.lines_of(
            tx.connection, partner_id, [line.product_id for line in lines], warehouse_id
        )
    }
    found = _judged(tx.connection, partner_id, lines, known)
    if found.unexplained:
        raise Problem.of("count.reason_needed", count=len(found.unexplained))
    count_id = write.insert(
        tx,
        "stock_count",
        {
            "partner_id": partner_id,
            "counted_at": tx.now_ms(),
            "counted_on": tx.today(clock.zone_of(tx.connection, partner_id)),
            "counted_by": tx.user_id,
            "visit_id": visit_id,
            "warehouse_id": warehouse_id,
            "note": note,
            "status": (Status.WAITING if found.waits else Status.COUNTED).value,
        },
    )
    rows: list[dict[str, Any]] = [
        {
            "id": tx.new_id(),
            "stock_count_id": count_id,
            "partner_id": partner_id,
            "product_id": line.product_id,
            "counted": line.quantity,
            "expected": known[line.product_id].expected if line.product_id in known else None,
            "reason": line.reason,
            "reason_code": line.reason_code,
        }
        for line in lines
    ]
    write.insert_many(tx, "stock_count_line", rows)
    draft = write.read(tx, "draft", draft_id) if draft_id is not None else None
    if draft is not None:
        write.remove(tx, "draft", draft["id"])

    def back(tx: Tx) -> Done[CountTakenBack]:
        write.withdraw(tx, "stock_count_line", [row["id"] for row in rows])
        write.withdraw(tx, "stock_count", [count_id])
        if draft is not None:
            write.restore(tx, "draft", draft)
        return Done(CountTakenBack(partner_id, draft["id"] if draft is not None else None), _MOVED)

    return Done(
        CountRecorded(count_id, len(rows), found.differing, found.waits),
        _MOVED,
        Notice(
            "stock.counted_waits" if found.waits else "stock.counted",
            {"lines": len(rows), "differences": found.differing},
        ),
        Undo(Notice("undo.stock_counted"), back, unsent=("stock_count", count_id)),
    )


def keep_draft(tx: Tx, draft: CountDraft) -> Done[CountDraft]:
    """Saves without a word, while the person counts; a draft that says nothing more is removed."""
    known = write.read(tx, "draft", draft.id) if draft.id is not None else None
    if not draft.lines and not draft.note:
        if known is not None:
            write.remove(tx, "draft", known["id"])
        return Done(replace(draft, id=None), _DRAFTS)
    if known is not None:
        write.patch(tx, "draft", known["id"], {"body": draft.body()})
        return Done(draft, _DRAFTS)
    values = {
        "user_id": tx.user_id,
        "draft_kind": "count",
        "partner_id": draft.partner_id,
        "body": draft.body(),
    }
    draft_id = write.insert(tx, "draft", values if draft.id is None else {**values, "id": draft.id})
    return Done(replace(draft, id=draft_id), _DRAFTS)


def discard_draft(tx: Tx, draft_id: bytes) -> Done[None]:
    """Throw an unfinished count away; undo brings it back."""
    draft = write.existing(tx, "draft", draft_id)
    write.remove(tx, "draft", draft_id)

    def back(tx: Tx) -> Done[CountTakenBack]:
        write.restore(tx, "draft", draft)
        return Done(CountTakenBack(draft["partner_id"], draft_id), _DRAFTS)

    return Done(None, _DRAFTS, Notice("count.discarded"), Undo(Notice("undo.count_discarded"), back))


def _check(lines: Sequence[Counted]) -> None:
    if not lines:
        raise Problem.of("count.no_lines")
    for line in lines:
        if line.quantity < 0:
            raise Problem.of("count.negative")
    if len({line.product_id for line in lines}) != len(lines):
        raise Problem.of("count.product_twice")


def _judged(
    connection: sa.Connection,
    partner_id: bytes,
    lines: Sequence[Counted],
    known: Mapping[bytes, count_sheet.CountLine],
) -> Verdict:
    currency, limit = limit_of(connection, partner_id)
    counted = []
    for line in lines:
        books = known.get(line.product_id)
        expected, price = (books.expected, books.price) if books is not None else (None, None)
        counted.append(Line(line.quantity, expected, price, line.reason_code, line.reason))
    return judge(counted, currency, limit)
