"""Reporting what a partner sold on, and taking such reports back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.local import outbox, state
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.queries import clock, sell_reports
from channeldesk.queries.sell_file import COLUMNS
from channeldesk.queries.sell_reports import Sold as Sold
from channeldesk.rules import sell_out
from channeldesk.rules.calendar import day_bounds
from channeldesk.rules.files import clean_name
from channeldesk.rules.rights import PARTNER
from channeldesk.rules.sell_out import Sale

_MOVED: Changes = frozenset({Topic.STOCK, Topic.SYNC})
_AT_ONCE = 500
"""Rows in one statement."""


@dataclass(frozen=True)
class SellOutReported:
    """``rows`` were booked; ``known`` had been reported before and were left alone."""

    partner_id: bytes
    report: str
    rows: int
    known: int


def report(
    tx: Tx,
    partner_id: bytes,
    lines: Sequence[Sold],
    *,
    file: str | None = None,
    reference: str | None = None,
    draft_id: bytes | None = None,
) -> Done[SellOutReported]:
    """Books what a partner sold, all of it or nothing; each row is sent for itself, so that one that
    headquarters does not take holds no other back.

    ``file``: the name of the file that it was read from. What was reported before is left alone and counted.
    Raises Problem for a line that cannot be taken in, and where nothing is new.
    """
    write.existing(tx, "partner", partner_id)
    if not lines:
        raise Problem.of("sell_out.nothing")
    zone = clock.zone_of(tx.connection, partner_id)
    today = date.fromisoformat(tx.today(zone))
    below = sell_reports.sub_dealer_ids(tx.connection, partner_id)
    sales = sell_out.counted_apart(line.sale(partner_id) for line in lines)
    for sale in sales:
        refused = sell_out.refuse(sale, today, below)
        if refused is not None:
            raise Problem(refused)
    names = [sell_out.identity(sale) for sale in sales]
    known = sell_reports.standing(tx.connection, partner_id, names)
    new = [(sale, name) for sale, name in zip(sales, names, strict=True) if name not in known]
    if not new:
        raise Problem.of("sell_out.all_known", known=len(known))
    told = {
        "report": tx.new_id().hex(),
        "source": _source(tx, file),
        "reference": clean_name(file) if file else reference,
    }
    ids = _book(tx, new, told, zone)
    draft = write.read(tx, "draft", draft_id) if draft_id is not None else None
    if draft is not None:
        write.remove(tx, "draft", draft["id"])

    def back(tx: Tx) -> Done[None]:
        _withdraw(tx, ids)
        if draft is not None:
            write.restore(tx, "draft", draft)
        return Done(None, _MOVED)

    value = SellOutReported(partner_id, told["report"] or "", len(new), len(sales) - len(new))
    return Done(
        value,
        _MOVED,
        Notice("sell_out.reported", {"rows": value.rows, "known": value.known}),
        Undo(Notice("undo.sell_out_reported"), back, unsent=("sell_out", ids[0])),
    )


def take_back(tx: Tx, row_ids: Sequence[bytes]) -> Done[int]:
    """Books the opposite of reports that stand; how many. Reports themselves are never changed.

    Raises Problem where none of them stands any more.
    """
    made: list[tuple[Sale, str]] = []
    zones: dict[bytes, str] = {}
    for row in sell_reports.reports(tx.connection, row_ids):
        sale = sell_out.opposite(row.sale, row.id)
        made.append((sale, sell_out.identity(sale)))
        zones.setdefault(sale.partner, clock.zone_of(tx.connection, sale.partner))
    if not made:
        raise Problem.of("sell_out.reversed_before")
    ids: list[bytes] = []
    for partner, zone in zones.items():
        told = {"report": tx.new_id().hex(), "source": _source(tx, None), "reference": None}
        ids += _book(tx, [one for one in made if one[0].partner == partner], told, zone)

    def back(tx: Tx) -> Done[None]:
        _withdraw(tx, ids)
        return Done(None, _MOVED)

    return Done(
        len(ids),
        _MOVED,
        Notice("sell_out.taken_back", {"rows": len(ids)}),
        Undo(Notice("undo.sell_out_taken_back"), back, unsent=("sell_out", ids[0])),
    )


def keep_columns(tx: Tx, partner_id: bytes, columns: Mapping[str, str]) -> Done[None]:
    """Remembers by which headings this partner's files go."""
    key = COLUMNS + partner_id.hex()
    tx.connection.execute(sa.delete(state).where(state.c.key == key))
    tx.connection.execute(
        sa.insert(state).values(key=key, value=json.dumps(dict(columns), ensure_ascii=False))
    )
    return Done(None)


def _source(tx: Tx, file: str | None) -> str:
    if tx.profile.role == PARTNER:
        return "partner"
    return "entry" if file is None else "file"


def _book(tx: Tx, sales: Sequence[tuple[Sale, str]], told: dict[str, Any], zone: str) -> list[bytes]:
    begins: dict[str, int] = {}
    rows = []
    for sale, name in sales:
        if sale.last_on not in begins:
            begins[sale.last_on] = day_bounds(sale.last_on, zone)[0]
        row = {
            "id": tx.new_id(),
            "partner_id": sale.partner,
            "buyer_partner_id": sale.buyer,
            "product_id": sale.product,
            "quantity": sale.quantity,
            "amount": sale.amount,
            "currency": sale.currency,
            "first_on": sale.first_on,
            "last_on": sale.last_on,
            "happened_at": begins[sale.last_on],
            "document": sale.document,
            "document_line": sale.document_line,
            "occurrence": sale.occurrence,
            "identity": name,
            "reverses_id": sale.reverses,
            **told,
        }
        rows.append(row)
    for part in _parts(rows):
        write.insert_many(tx, "sell_out", part)
    own = sa.select(laptop.tables["sell_out"].c.id).where(
        laptop.tables["sell_out"].c.report == told["report"]
    )
    apart = sa.update(outbox).where(outbox.c.entity == "sell_out", outbox.c.row_id.in_(own))
    tx.connection.execute(apart.values(txn=outbox.c.uuid))
    return [row["id"] for row in rows]


def _withdraw(tx: Tx, ids: Sequence[bytes]) -> None:
    for part in _parts(ids):
        write.withdraw(tx, "sell_out", part)


def _parts(rows: Sequence[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while part := list(islice(left, _AT_ONCE)):
        yield part
