"""Sell-out at headquarters: each sale once, dated where the partner is, undone by its opposite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.hq.facts import Facts
from channeldesk.hq.policy import Principal
from channeldesk.model.tables import hq
from channeldesk.rules import sell_out
from channeldesk.rules.calendar import day_bounds
from channeldesk.rules.rights import PARTNER
from channeldesk.rules.sell_out import Sale

Values = dict[str, Any]
Reported = dict[tuple[bytes, str], bytes]
"""By partner and identity the row that stands."""


class Work(Protocol):
    """The transaction: what it reads, and what it would write."""

    @property
    def principal(self) -> Principal: ...
    @property
    def now(self) -> int: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def reported(self) -> Reported: ...

    def row(self, key: tuple[str, bytes]) -> Values | None: ...


def partners_of(change: Change) -> Iterable[Any]:
    """Rows to lock for a report: the partner, so that two pushes never book a sale at once, and the buyer."""
    return (change.set.get("partner_id"), change.set.get("buyer_partner_id"))


def sale_of(row: Mapping[str, Any]) -> Sale:
    """The sale that a stored row tells of."""
    return Sale(
        row["partner_id"],
        row["product_id"],
        row["quantity"],
        row["first_on"],
        row["last_on"],
        row["buyer_partner_id"],
        row["amount"],
        row["currency"],
        row["document"],
        row["document_line"],
        row["occurrence"],
        row["reverses_id"],
    )


def standing(connection: sa.Connection, changes: Sequence[Change]) -> Reported:
    """What was reported before of the partners of a push, as far as it says the same. Call it when they are
    locked. Sales that were taken back do not stand.
    """
    wanted: dict[bytes, set[str]] = defaultdict(set)
    originals = set[bytes]()
    for change in changes:
        if change.entity_name == "sell_out" and change.op == "insert":
            sale = _sent(change.set)
            if sale is not None:
                wanted[sale.partner].add(sell_out.identity(sale))
                originals |= set() if sale.reverses is None else {sale.reverses}
    table = hq.tables["sell_out"]
    back = table.alias("back")
    stands = ~sa.exists().where(back.c.reverses_id == table.c.id, back.c.deleted == 0)
    found: Reported = {}
    for partner, identities in wanted.items():
        query = sa.select(table.c.id, table.c.identity).where(
            table.c.partner_id == partner,
            table.c.identity.in_(sorted(identities)),
            table.c.deleted == 0,
            stands,
        )
        found |= {(partner, row.identity): row.id for row in connection.execute(query)}
    return found


class Reports:
    """``take`` each new row of a transaction as it comes, before it is written."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.new: Reported = {}
        """What this transaction adds to what was reported."""
        self.reversed: set[tuple[bytes, str]] = set()
        """What it takes away."""

    def take(self, change: Change, row: Values) -> None:
        """Dates and names the row. Raises Rejected."""
        work = self._work
        sale = sale_of(row)
        if (row["source"] == "partner") != (work.principal.role == PARTNER):
            raise reject(change, "sell_out.source")
        partner = work.row(("partner", sale.partner))
        if partner is None or partner["deleted"]:
            raise reject(change, "sync.out_of_scope")
        buyer = None if sale.buyer is None else work.row(("partner", sale.buyer))
        below = [] if buyer is None or buyer["parent_id"] != sale.partner else [buyer["id"]]
        today = work.facts.received_on(partner, work.now)
        if sale.reverses is not None:
            below = [] if sale.buyer is None else [sale.buyer]  # it was one when the sale was reported
            self._take_back(change, sale)
        refused = sell_out.refuse(sale, today, below)
        if refused is not None:
            raise Rejected(change, refused)
        row["identity"] = sell_out.identity(sale)
        row["happened_at"] = day_bounds(date.fromisoformat(sale.last_on), work.facts.zone(partner))[0]
        key = (sale.partner, row["identity"])
        before = self.new.get(key) or (None if key in self.reversed else work.reported.get(key))
        if before is not None:
            raise Rejected(change, sell_out.twice(sale.quantity, sale.last_on))
        self.new[key] = row["id"]

    def _take_back(self, change: Change, sale: Sale) -> None:
        assert sale.reverses is not None
        row = self._work.row(("sell_out", sale.reverses))
        original = None if row is None or row["deleted"] else sale_of(row)
        key = (sale.partner, sell_out.identity(sale))
        before = key in self._work.reported or key in self.new
        refused = sell_out.refuse_reversal(sale, original, before)
        if refused is not None:
            raise Rejected(change, refused)
        if row is not None:
            self.reversed.add((sale.partner, row["identity"]))


def _sent(values: Mapping[str, Any]) -> Sale | None:
    """The sale of a wire form that was not checked yet; None for one that will be refused."""
    try:
        return Sale(
            bytes.fromhex(values["partner_id"]),
            bytes.fromhex(values["product_id"]),
            int(values["quantity"]),
            str(values["first_on"]),
            str(values["last_on"]),
            _id(values.get("buyer_partner_id")),
            None,
            None,
            values.get("document"),
            values.get("document_line"),
            int(values.get("occurrence") or 1),
            _id(values.get("reverses_id")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _id(text: Any) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
