"""Stock counts at headquarters: one that differs much from the books waits for a person, whichever program
sent it. It is taken in all the same: what somebody counted is never lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.change import Change, reject
from channeldesk.model.approvals import LONGEST_REASON
from channeldesk.model.tables import hq
from channeldesk.rules.approvals import Status as Asked
from channeldesk.rules.approvals import due
from channeldesk.rules.counts import Actor, Line, Status, Verdict, judge, refuse_move

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Values = dict[str, Any]
MOVES = {
    Asked.APPROVED: (Status.APPROVED, Actor.APPROVER),
    Asked.REFUSED: (Status.REFUSED, Actor.APPROVER),
    Asked.WITHDRAWN: (Status.WITHDRAWN, Actor.AUTHOR),
}
"""Where a decision moves the count that it is about."""


class Counts:
    """Counts, and lines of them, that one transaction brings."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._new: dict[bytes, Values] = {}
        self._lines: dict[bytes, list[Values]] = {}

    def take(self, change: Change, row: Values) -> None:
        """Raises Rejected for a warehouse of somebody else, for a line that belongs to no count of its
        partner, or to one that is decided.
        """
        if change.entity_name == "stock_count":
            self._check_place(change, row)
            self._hold_to_now(row)
            self._new[row["id"]] = row
            return
        count = self._work.row(("stock_count", row["stock_count_id"]))
        if count is None or count["deleted"]:
            raise reject(change, "sync.missing_reference", field="stock_count_id")
        if count["partner_id"] != row["partner_id"]:
            raise reject(change, "sync.malformed_value", field="partner_id")
        if count["status"] not in (Status.COUNTED, Status.WAITING):
            raise reject(change, "sync.final")
        self._lines.setdefault(count["id"], []).append(row)

    def _check_place(self, change: Change, row: Values) -> None:
        place = None if row["warehouse_id"] is None else self._work.row(("warehouse", row["warehouse_id"]))
        if place is not None and place["partner_id"] != row["partner_id"]:
            raise reject(change, "sync.malformed_value", field="warehouse_id")

    def _hold_to_now(self, row: Values) -> None:
        """A count by a clock that is ahead would hold against every later one."""
        work = self._work
        partner = work.row(("partner", row["partner_id"]))
        if partner is not None and row["counted_at"] > work.now:
            today = work.facts.received_on(partner, work.now).isoformat()
            row |= {"counted_at": work.now, "counted_on": min(row["counted_on"], today)}

    def judge(self) -> None:
        """Makes the requests about counts that differ too much, by headquarters' own prices."""
        for count_id, lines in self._lines.items():
            count = self._work.row(("stock_count", count_id))
            if count is not None and count["status"] == Status.COUNTED:
                self._judge(count, lines)

    def _judge(self, count: Values, lines: list[Values]) -> None:
        work = self._work
        partner = work.row(("partner", count["partner_id"]))
        limit = None if partner is None else work.facts.count_limit(partner["currency"])
        if partner is None or limit is None:
            return
        work.finish()
        if count["id"] not in self._new:  # a rescue may send lines after their count
            known = {line["id"] for line in lines}
            lines = [
                *lines,
                *(one for one in _stored(work.connection, count["id"]) if one["id"] not in known),
            ]
        lists = work.facts.price_lists(partner, date.fromisoformat(count["counted_on"]))
        prices = work.facts.worth({line["product_id"] for line in lines}, lists)
        found = judge(
            (
                Line(
                    line["counted"],
                    line["expected"],
                    prices.get(line["product_id"]),
                    line["reason_code"],
                    line["reason"],
                )
                for line in lines
            ),
            partner["currency"],
            limit,
        )
        if found.waits:
            self._hold(count, found)

    def _hold(self, count: Values, found: Verdict) -> None:
        work = self._work
        asked = work.add(
            "approval",
            {
                "partner_id": count["partner_id"],
                "approval_kind": "count",
                "because": (count["note"] or "")[:LONGEST_REASON],
                "status": Asked.ASKED.value,
                "reasons": orjson.dumps([one.to_wire() for one in found.told]).decode(),
                "due_at": due(work.now),
            },
        )
        held = {"status": Status.WAITING.value, "approval_id": asked["id"]}
        if count["id"] in self._new:
            self._new[count["id"]] |= held  # the very row that is about to be inserted
        else:
            work.write(("stock_count", count["id"]), count, held)


def follow(work: Work, approval: Mapping[str, Any], status: str) -> None:
    """The counts that a request is about, as its decision moves them."""
    if status not in MOVES:
        return
    target, actor = MOVES[Asked(status)]
    for row in work.all_of("stock_count"):
        if row["approval_id"] == approval["id"] and not refuse_move(row["status"], target, actor):
            work.write(("stock_count", row["id"]), row, {"status": target.value})


def of_approvals(connection: sa.Connection, approvals: Collection[bytes]) -> set[bytes]:
    """The counts that requests are about."""
    if not approvals:
        return set()
    table = hq.tables["stock_count"]
    query = sa.select(table.c.id).where(bulk.among(connection, table.c.approval_id, approvals))
    return set(connection.scalars(query))


def _stored(connection: sa.Connection, count_id: bytes) -> list[Values]:
    table = hq.tables["stock_count_line"]
    query = sa.select(table).where(table.c.stock_count_id == count_id, table.c.deleted == 0)
    return [dict(row) for row in connection.execute(query).mappings()]
