"""Where synchronisation stands, for the indicator and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.local import SENT
from channeldesk.queries import clock, inbox
from channeldesk.queries.inbox import InboxRow


@dataclass(frozen=True)
class Status:
    """``waiting``: what :func:`waiting` lists, private drafts too; ``oldest`` the moment of the first;
    ``needs_you`` open inbox items. Changes of reference data that are not published wait for their person,
    not for headquarters: they are counted apart.

    ``suspended``: a first synchronisation is under way and figures are not complete.
    """

    waiting: int
    oldest: int | None
    conflicts: int
    rejections: int
    set_aside: int
    last_sync_at: int | None
    user_id: bytes | None
    role: str | None
    suspended: bool
    unpublished: int = 0

    @property
    def needs_you(self) -> int:
        return self.conflicts + self.rejections + self.set_aside


_EVER = (0, 2**62)
_UNPUBLISHED = """
SELECT count(DISTINCT txn) AS unpublished FROM outbox WHERE draft = 1
"""
_FILES = """
SELECT count(*) AS rows, min(created_at) AS oldest FROM attachment
WHERE created_by = :me AND stored_at IS NULL AND rv > 0 AND created_at >= :since AND created_at < :until
"""
_LAST = "SELECT mid, sent FROM outbox WHERE entity = :entity AND row_id = :id ORDER BY seq DESC LIMIT 1"
_NUMBER = "SELECT number FROM sales_order WHERE :entity = 'sales_order' AND id = :id AND rv > 0"
_INBOX = "SELECT kind, count(*) AS count FROM inbox WHERE state = 'open' GROUP BY kind"


def status(connection: sa.Connection) -> Status:
    listed = waiting(connection, drafts=True)
    kinds = {row.kind: int(row[1]) for row in connection.execute(sa.text(_INBOX))}
    user = clock.state(connection, "user_id")
    return Status(
        waiting=sum(one.rows for one in listed),
        oldest=min((one.oldest for one in listed), default=None),
        conflicts=kinds.get("conflict", 0),
        rejections=kinds.get("rejection", 0),
        set_aside=kinds.get("set_aside", 0),
        last_sync_at=clock.as_of(connection),
        user_id=bytes.fromhex(user) if user else None,
        role=clock.state(connection, "role"),
        suspended=clock.state(connection, "derived_stale") is not None,
        unpublished=int(connection.execute(sa.text(_UNPUBLISHED)).scalar_one()),
    )


def _files(connection: sa.Connection, between: tuple[int, int] = _EVER) -> Any:
    """Files of this person whose row headquarters has and whose content it has not."""
    user = clock.state(connection, "user_id")
    me = bytes.fromhex(user) if user else None
    return connection.execute(sa.text(_FILES), {"me": me, "since": between[0], "until": between[1]}).one()


@dataclass(frozen=True)
class Answer:
    """What headquarters said to the last change of a row: nothing while it is to be ``sent`` or answered.

    ``rejection`` is the item where the person decides; ``number`` the one that it gave to an order.
    """

    sent: bool
    answered: bool
    rejection: InboxRow | None = None
    number: str | None = None


def answer(connection: sa.Connection, entity: str, row_id: bytes) -> Answer:
    binds = {"entity": entity, "id": row_id}
    last = connection.execute(sa.text(_LAST), binds).first()
    if last is not None:
        return Answer(sent=last.mid is not None or last.sent == SENT, answered=False)
    number = connection.execute(sa.text(_NUMBER), binds).scalar()
    return Answer(True, True, inbox.rejection(connection, entity, row_id), number)


@dataclass(frozen=True)
class Waiting:
    """What of one kind waits to be sent. ``amount`` by currency, for orders; ``oldest``: since when."""

    entity: str
    rows: int
    lines: int
    amounts: tuple[tuple[str, int], ...]
    oldest: int = 0


_BY_ENTITY = """
SELECT entity, count(DISTINCT row_id) AS rows, min(recorded_at) AS oldest FROM outbox
WHERE draft = 0 AND recorded_at >= :since AND recorded_at < :until
  AND (entity <> 'draft' OR row_id IN (SELECT id FROM draft))
GROUP BY entity ORDER BY min(seq)
"""
_LINES = {
    "sales_order": "order_line",
    "shipment": "shipment_line",
    "order_route": "order_route_line",
    "stock_count": "stock_count_line",
    "survey_response": "survey_answer",
    "payment": "payment_allocation",
    "publication": "publication_part",
}
_HEADS = {line: head for head, line in _LINES.items()} | {"order_discount": "sales_order"}
_AMOUNTS = """
SELECT s.currency, sum(s.total) AS amount
FROM (SELECT DISTINCT row_id FROM outbox
      WHERE entity = 'sales_order' AND recorded_at >= :since AND recorded_at < :until) o
JOIN sales_order s ON s.id = o.row_id
WHERE s.status <> 'cancelled' GROUP BY 1 ORDER BY 1
"""


def waiting(
    connection: sa.Connection, between: tuple[int, int] = _EVER, *, drafts: bool = False
) -> tuple[Waiting, ...]:
    """What waits for headquarters, by kind, in the order in which it was recorded ``between`` two instants:
    an order with its lines is one, and a file whose content is still to be sent. ``drafts``: the person's
    private drafts too, which headquarters keeps but does not judge; one that became an order is gone.
    """
    binds = {"since": between[0], "until": between[1]}
    found = connection.execute(sa.text(_BY_ENTITY), binds).all()
    counts = {row.entity: row.rows for row in found}
    amounts = tuple((row.currency, row.amount) for row in connection.execute(sa.text(_AMOUNTS), binds))
    files = _files(connection, between)
    contents = [("attachment", files.rows, files.oldest or 0)] if files.rows else []
    return tuple(
        Waiting(
            entity,
            rows,
            counts.get(_LINES.get(entity, ""), 0),
            amounts if entity == "sales_order" else (),
            oldest,
        )
        for entity, rows, oldest in (*found, *contents)
        if (drafts or entity != "draft") and not (entity in _HEADS and _HEADS[entity] in counts)
    )
