"""Something for the page "Needs you": in the demo headquarters decides otherwise about work of this laptop.

Nothing is made up: both sides write, and the next round brings a conflict and a rejection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from channeldesk.actions import orders, partners
from channeldesk.desk import Desk
from channeldesk.queries.drafts import DraftLine, OrderDraft
from ui.tour.server import DemoServer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ui.session import Session

_PARTNER = """
SELECT p.id FROM partner p WHERE p.stage = 'active' AND p.delivery_note IS NULL
ORDER BY (SELECT count(*) FROM visit_plan v WHERE v.partner_id = p.id), p.code LIMIT 1
"""
_SELDOM = """
SELECT l.product_id AS product, l.partner_id AS partner FROM order_line l
JOIN product d ON d.id = l.product_id AND d.active = 1 JOIN partner p ON p.id = l.partner_id
WHERE p.stage = 'active' AND l.partner_id <> :other
GROUP BY l.product_id ORDER BY count(*), l.product_id LIMIT 1
"""
_QUANTITY = 12_000


class _Subjects(NamedTuple):
    """Whose delivery note both change; who orders what headquarters stops selling."""

    partner: bytes
    buyer: bytes
    product: bytes


class Disagreement(QObject):
    """Once, when the first synchronisation is complete."""

    def __init__(self, session: Session, server: DemoServer) -> None:
        super().__init__(session)
        self._session, self._server = session, server
        session.syncing.finished.connect(self._begin)

    def _begin(self) -> None:
        tasks = self._session.app.tasks
        tasks.run(self, "disagree", disagree, self._session.desk, self._server, then=self._meet)

    def _meet(self, _nothing: object) -> None:
        self._session.syncing.sync_now()


def disagree(desk: Desk, server: DemoServer) -> None:
    """Headquarters first: the laptop does not know of it when its person writes."""
    found = desk.ask(_subjects)
    server.disagree(found.partner, found.product)
    desk.act(partners.edit, found.partner, {"delivery_note": "Gate 3, before 10:00"})
    desk.act(orders.place, OrderDraft(found.buyer, (DraftLine(found.product, _QUANTITY),)))


def _subjects(connection: Connection) -> _Subjects:
    partner = bytes(connection.exec_driver_sql(_PARTNER).scalar_one())
    row = connection.exec_driver_sql(_SELDOM, {"other": partner}).one()
    return _Subjects(partner, bytes(row.partner), bytes(row.product))
