"""Partners that are blocked by headquarters' people, or by the rule "overdue more than N days"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import audit, bulk, payments, rows, sequencer, state
from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.hq.database import Database
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from channeldesk.rules.approvals import Status as Asked
from channeldesk.rules.calendar import business_date
from channeldesk.rules.credit_blocks import Actor, Breach, Item, Status, breach, refuse_move

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Values = dict[str, Any]
Row = Mapping[str, Any]
_CLAIM, HOUR_MS = "blocks_at", 3_600_000
LONGEST = 3_650
"""Days overdue that the rule may wait for."""


# --- what people ask ---


def made(work: Work, change: Change, row: Values) -> None:
    """Raises Rejected for a block that cannot be."""
    if (row["block_kind"], row["status"], row["release_note"]) != ("person", Status.BLOCKED, None):
        raise reject(change, "sync.malformed_value", field="status")
    if not (row["reason"] or "").strip():
        raise reject(change, "credit.no_reason")
    partner = work.row(("partner", row["partner_id"]))
    if partner is not None:  # by a clock that is ahead
        today = work.facts.received_on(partner, work.now).isoformat()
        row["blocked_on"] = min(row["blocked_on"], today)
    work.finish()
    there = {one["id"]: one for one in of_partners(work.connection, [row["partner_id"]])}
    there |= {one["id"]: one for one in work.all_of("credit_block") if one["partner_id"] == row["partner_id"]}
    if any(one["status"] == Status.BLOCKED and one["id"] != row["id"] for one in there.values()):
        raise reject(change, "credit.blocked_before")


def released(work: Work, change: Change, current: Values, fields: Mapping[str, Any]) -> Values:
    """What a release writes. Raises Rejected with the reason."""
    if set(fields) - {"status", "release_note"} or change.inc or "status" not in fields:
        raise reject(change, "order.changes_by_request")
    refused = refuse_move(current["status"], fields["status"], Actor.HEADQUARTERS)
    if refused is not None:
        raise Rejected(change, refused)
    return {**fields, "released_at": work.now, "released_by": work.principal.user_id}


def release_by_decision(work: Work, approval: Row, note: str | None) -> None:
    """What an approved request says: released by who decided."""
    key = ("credit_block", approval["block_id"])
    block = work.row(key)
    if block is not None and block["status"] == Status.BLOCKED:
        stamps = {"released_at": work.now, "released_by": work.principal.user_id}
        work.write(key, block, {"status": Status.RELEASED.value, "release_note": note, **stamps})


def partners_of(connection: sa.Connection, ids: Collection[bytes]) -> set[bytes]:
    """The partners that these blocks hold."""
    if not ids:
        return set()
    table = hq.tables["credit_block"]
    query = sa.select(table.c.partner_id).where(bulk.among(connection, table.c.id, ids))
    return set(connection.scalars(query))


def in_force(connection: sa.Connection, partner_id: bytes) -> date | None:
    """Since when a partner is blocked; None: it is not."""
    table = hq.tables["credit_block"]
    query = sa.select(sa.func.min(table.c.blocked_on)).where(
        table.c.partner_id == partner_id, table.c.status == Status.BLOCKED.value, table.c.deleted == 0
    )
    found = connection.scalar(query)
    return None if found is None else date.fromisoformat(str(found))


def of_partners(connection: sa.Connection, partners: Collection[bytes]) -> list[Values]:
    """Their blocks, those that were released too."""
    table = hq.tables["credit_block"]
    mine = bulk.among(connection, table.c.partner_id, partners)
    query = sa.select(table).where(mine, table.c.deleted == 0).order_by(table.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


# --- the rule ---


def set_rule(database: Database, days: int | None, now: int) -> None:
    """After how many days overdue a partner is blocked; None: never by itself. Followed at once."""
    if days is not None and not 0 <= days <= LONGEST:
        raise Problem.of("hq.bad_block_rule", most=LONGEST)

    def work(connection: sa.Connection) -> None:
        before = state.company(connection).block_after_days
        state.write(connection, {"block_after_days": "" if days is None else str(days)})
        told = {"days": days, "before": before}
        audit.record(connection, audit.CONSOLE, [audit.Entry("block_rule_changed", diff=told)], now)
        follow(connection, now)
        sequencer.drain(connection, now)

    database.run(work)


def follow_if_due(database: Database, now: int) -> int | None:
    """Once an hour, by whichever process comes first: days begin at other hours in other territories."""

    def work(connection: sa.Connection) -> int | None:
        if not state.claim(connection, _CLAIM, now, HOUR_MS):
            return None
        changed = follow(connection, now)
        sequencer.drain(connection, now)
        return changed

    return database.run(work)


def follow(connection: sa.Connection, now: int, partners: Collection[bytes] | None = None) -> int:
    """Blocks and releases as the rule says, of all partners or a few; how many. ``now`` in ms UTC."""
    days = state.company(connection).block_after_days
    found = _candidates(connection, now, days) if partners is None else set(partners)
    if not found:
        return 0
    changed = 0
    for partner in _locked(connection, found):
        changed += _follow_one(connection, partner, days, now)
    return changed


def _candidates(connection: sa.Connection, now: int, days: int | None) -> set[bytes]:
    """Who owes something for so long, or is blocked by the rule."""
    block, invoice = hq.tables["credit_block"], hq.tables["receivable"]
    by_rule = sa.select(block.c.partner_id).where(
        block.c.block_kind == "rule", block.c.status == Status.BLOCKED.value, block.c.deleted == 0
    )
    found = set(connection.scalars(by_rule))
    if days is not None:
        latest = datetime.fromtimestamp(now / 1000, UTC).date() + timedelta(days=1 - days)
        late = (
            sa.select(invoice.c.partner_id)
            .distinct()
            .where(invoice.c.open_amount > 0, invoice.c.due_on < latest.isoformat(), invoice.c.deleted == 0)
        )
        found |= set(connection.scalars(late))
    return found


def _locked(connection: sa.Connection, partners: Collection[bytes]) -> list[Values]:
    """The partners with the time zone of their territories, locked as a push locks them."""
    partner, territory = hq.tables["partner"], hq.tables["territory"]
    query = (
        sa.select(partner.c.id, territory.c.time_zone)
        .outerjoin(territory, territory.c.id == partner.c.territory_id)
        .where(bulk.among(connection, partner.c.id, partners), partner.c.deleted == 0)
        .order_by(partner.c.id)
    )
    locked = query.with_for_update(key_share=True, of=partner)
    return [dict(row) for row in connection.execute(locked).mappings()]


def _follow_one(connection: sa.Connection, partner: Values, days: int | None, now: int) -> int:
    today = business_date(now, partner["time_zone"] or "UTC")
    blocks = of_partners(connection, [partner["id"]])
    force = [one for one in blocks if one["status"] == Status.BLOCKED]
    wrong = None if days is None else _breach(connection, partner, days, today, blocks)
    mine = [one for one in force if one["block_kind"] == "rule"]
    if wrong is not None and not force:
        told = orjson.dumps([wrong.told(days or 0).to_wire()]).decode()
        row = {"partner_id": partner["id"], "block_kind": "rule", "blocked_on": today.isoformat()}
        rows.insert(connection, "credit_block", [{**row, "reasons": told}], now=now)
        return 1
    if wrong is None and mine:
        for one in mine:
            let_go = {"status": Status.RELEASED.value, "released_at": now}
            rows.update(connection, "credit_block", one, let_go, now=now)
            _nobody_is_asked(connection, one["id"], now)
        return 1
    return 0


def _breach(
    connection: sa.Connection, partner: Values, days: int, today: date, blocks: Collection[Row]
) -> Breach | None:
    table = hq.tables["receivable"]
    query = sa.select(table.c.number, table.c.due_on, table.c.open_amount, table.c.currency).where(
        table.c.partner_id == partner["id"], table.c.open_amount != 0, table.c.deleted == 0
    )
    items = [
        Item(row.number, date.fromisoformat(str(row.due_on)), row.open_amount, row.currency)
        for row in connection.execute(query)
    ]
    on_account = payments.on_account(connection, partner["id"])
    items += [Item("", None, -amount, currency) for currency, amount in on_account.items()]
    zone = partner["time_zone"] or "UTC"
    let_go = [
        business_date(one["released_at"], zone)
        for one in blocks
        if one["released_by"] is not None and one["released_at"] is not None
    ]
    return breach(items, today, days, max(let_go, default=None))


def _nobody_is_asked(connection: sa.Connection, block_id: bytes, now: int) -> None:
    table = hq.tables["approval"]
    query = sa.select(table).where(
        table.c.block_id == block_id, table.c.status == Asked.ASKED.value, table.c.deleted == 0
    )
    for row in connection.execute(query).mappings().all():
        spared = {"status": Asked.NOT_NEEDED.value, "decided_at": now}
        rows.update(connection, "approval", dict(row), spared, now=now)
