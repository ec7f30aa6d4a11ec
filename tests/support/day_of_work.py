"""A day that somebody worked with the desk: visits with and without a plan, an order, a count, promises."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from channeldesk.actions import attachments, orders, promises, stock, visits
from channeldesk.desk import Desk
from channeldesk.queries import clock
from channeldesk.queries.count_drafts import CountedLine
from channeldesk.queries.drafts import DraftLine, OrderDraft

NOTE = "Rack stands, two more wanted.\n经理同意下周再看 <新> 价目表。"
PROMISED, KEPT = "Send the new price list", "带上展架样品"


@dataclass(frozen=True)
class Worked:
    """``partner_id`` was visited by plan, counted, ordered for and promised to; ``called`` without a plan."""

    plan_id: bytes
    partner_id: bytes
    called: bytes
    order_id: bytes


def work(desk: Desk) -> Worked:
    """Today, offline: nothing of it is confirmed."""
    today = desk.ask(clock.today)
    ids = "SELECT id FROM partner WHERE stage = 'active' ORDER BY code LIMIT 2"
    partner, called = desk.ask(lambda c: c.execute(sa.text(ids)).scalars().all())
    sold = (
        "SELECT l.product_id FROM order_line l WHERE l.partner_id = :partner GROUP BY 1 "
        "ORDER BY count(*) DESC, 1 LIMIT 3"
    )
    products = desk.ask(lambda c: c.execute(sa.text(sold), {"partner": partner}).scalars().all())
    for one in desk.ask(lambda c: c.execute(sa.text(_UNDER_WAY)).scalars().all()):
        desk.act(visits.cancel, one)
    plan_id = desk.act(visits.plan, partner, today, 9 * 60, 45, "展架与库存 review").value
    desk.act(visits.check_in, plan_id)
    picture = desk.files.take_in_bytes(_picture(), "shelf.png")
    desk.act(attachments.add, partner, picture, plan_id=plan_id)
    counted = [CountedLine(one, 5_000 + at, None, "lost") for at, one in enumerate(products)]
    desk.act(stock.record_count, partner, counted)
    order = desk.act(orders.place, OrderDraft(partner, (DraftLine(products[0], 2_000),))).value.order_id
    desk.act(promises.make, partner, PROMISED, "2099-01-05")
    kept = desk.act(promises.make, partner, KEPT, "2099-01-06").value
    desk.act(promises.done, kept)
    desk.act(visits.close, plan_id, "order_taken", NOTE)
    desk.act(visits.note, called, "Called about the delivery")
    return Worked(plan_id, partner, called, order)


_UNDER_WAY = "SELECT id FROM visit_plan WHERE state = 'under_way'"


def _picture() -> bytes:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "PNG")
    return bytes(target.data().data())
