"""Targets."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, Kind, Unit
from channeldesk.model.values import LARGEST


class Target(
    Entity,
    name="target",
    kind=Kind.REFERENCE,
    unit=Unit.TERRITORY,
    owner="territory_id",
    topic=Topic.TARGETS,
    rank=62,
    key=("territory_id", "user_id", "partner_id", "category", "kpi", "period_id"),
    indexes=(("territory_id", "period_id"),),
):
    """What should be reached in a period, by territory, salesperson, partner or category (null: all)."""

    territory_id: bytes = d.ref("territory", required=True)
    user_id: bytes | None = d.ref("app_user", about="the salesperson it was agreed with")
    partner_id: bytes | None = d.ref("partner")
    category: str | None = d.text(longest=d.NAME)
    kpi: str = d.choice("net_sales", default="net_sales")
    period_id: bytes = d.ref("fiscal_period", required=True)
    currency: str = d.currency(required=True)
    value: int = d.money(required=True, within=(0, LARGEST))
