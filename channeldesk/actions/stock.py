"""Counting stock at a partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import clock

_MOVED: Changes = frozenset({Topic.STOCK, Topic.SYNC})


@dataclass(frozen=True)
class Counted:
    """One counted product; ``quantity`` at scale 3. ``reason`` explains a difference to the books."""

    product_id: bytes
    quantity: int
    reason: str | None = None


@dataclass(frozen=True)
class CountRecorded:
    """``differences`` counts the lines that did not match the books."""

    count_id: bytes
    lines: int
    differences: int


def record_count(
    tx: Tx,
    partner_id: bytes,
    lines: Sequence[Counted],
    *,
    visit_id: bytes | None = None,
    note: str | None = None,
) -> Done[CountRecorded]:
    """Record what was counted, with what the books expected at that moment. A fact: corrected by a new count.

    Raises Problem for no lines, a negative quantity, or a product counted twice.
    """
    write.existing(tx, "partner", partner_id)
    _check(lines)
    expected = _expected(tx.connection, partner_id)
    count_id = write.insert(
        tx,
        "stock_count",
        {
            "partner_id": partner_id,
            "counted_at": tx.now_ms(),
            "counted_on": tx.today(clock.zone_of(tx.connection, partner_id)),
            "counted_by": tx.user_id,
            "visit_id": visit_id,
            "note": note,
        },
    )
    rows: list[dict[str, Any]] = [
        {
            "id": tx.new_id(),
            "stock_count_id": count_id,
            "partner_id": partner_id,
            "product_id": line.product_id,
            "counted": line.quantity,
            "expected": expected.get(line.product_id),
            "reason": line.reason,
        }
        for line in lines
    ]
    write.insert_many(tx, "stock_count_line", rows)
    differences = sum(row["expected"] is not None and row["expected"] != row["counted"] for row in rows)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "stock_count_line", [row["id"] for row in rows])
        write.withdraw(tx, "stock_count", [count_id])
        return Done(None, _MOVED)

    return Done(
        CountRecorded(count_id, len(rows), differences),
        _MOVED,
        Notice("stock.counted", {"lines": len(rows), "differences": differences}),
        Undo(Notice("undo.stock_counted"), back),
    )


def _check(lines: Sequence[Counted]) -> None:
    if not lines:
        raise Problem.of("count.no_lines")
    for line in lines:
        if line.quantity < 0:
            raise Problem.of("count.negative")
    if len({line.product_id for line in lines}) != len(lines):
        raise Problem.of("count.product_twice")


def _expected(connection: sa.Connection, partner_id: bytes) -> dict[bytes, int]:
    found = connection.execute(
        sa.text("SELECT product_id, quantity FROM stock_position WHERE partner_id = :partner"),
        {"partner": partner_id},
    )
    return {row.product_id: row.quantity for row in found}
