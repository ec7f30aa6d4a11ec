"""One promotion in full: what it gives, whom and what it is for, its budget, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, promotions
from channeldesk.queries.promotion_list import DRAFT, STATE
from channeldesk.rules.promotions.terms import Promotion


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a promotion names. ``kind``: of a buyer its sort, of an item product or category;
    ``name`` is None of a buyer that is not on this laptop; ``quantity``: of a bundle, how much is in one.
    """

    kind: str
    name: str | None
    name_local: str | None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """Minor units. ``waiting``: what orders on this laptop use that headquarters has not confirmed."""

    whole: int
    used: int
    waiting: int

    @property
    def left(self) -> int:
        return max(0, self.whole - self.used - self.waiting)


@dataclass(frozen=True)
class PromotionDetail:
    """``terms`` is None where it lacks what its mechanic needs; ``budget`` without one, and for people of
    partners, who are not told.
    """

    id: bytes
    code: str
    name: str
    name_local: str | None
    mechanic: str
    state: str
    draft: bool
    valid_from: str | None
    valid_to: str | None
    combination: str
    group: str | None
    currency: str
    terms: Promotion | None
    buyers: tuple[Named, ...]
    items: tuple[Named, ...]
    free_product: Named | None
    budget: Budget | None
    today: str
    as_of: int | None


_HEAD = f"""
SELECT m.id, m.code, m.name, m.name_local, m.mechanic, {STATE} AS state, {DRAFT} AS draft, m.valid_from,
       m.valid_to, m.combination, m.exclusion, m.currency, m.budget, m.used, m.free_product_id
FROM promotion m WHERE m.id = :id
"""
_BUYERS = """
SELECT CASE WHEN b.partner_id IS NOT NULL THEN 'partner' WHEN b.tier_id IS NOT NULL THEN 'tier'
       WHEN b.channel_type_id IS NOT NULL THEN 'channel_type' ELSE 'territory' END AS kind,
       coalesce(p.name, r.name, c.name, t.name) AS name,
       coalesce(p.name_local, r.name_local, c.name_local) AS name_local
FROM promotion_buyer b LEFT JOIN partner p ON p.id = b.partner_id LEFT JOIN tier r ON r.id = b.tier_id
LEFT JOIN channel_type c ON c.id = b.channel_type_id LEFT JOIN territory t ON t.id = b.territory_id
WHERE b.promotion_id = :id ORDER BY 2 NULLS LAST
"""
_ITEMS = """
SELECT CASE WHEN i.category IS NULL THEN 'product' ELSE 'category' END AS kind,
       coalesce(i.category, d.name, '–') AS name, d.name_local, i.quantity
FROM promotion_item i LEFT JOIN product d ON d.id = i.product_id WHERE i.promotion_id = :id
ORDER BY 1, d.sku, i.category
"""
_PRODUCT = "SELECT 'product' AS kind, name, name_local FROM product WHERE id = :id"


def detail(
    connection: sa.Connection, promotion_id: bytes, today: str | None = None
) -> PromotionDetail | None:
    """One promotion, or None when it is no longer here."""
    day = today or clock.today(connection)
    head = connection.execute(sa.text(_HEAD), {"id": promotion_id, "today": day}).first()
    if head is None:
        return None
    this = {"id": promotion_id}
    free = connection.execute(sa.text(_PRODUCT), {"id": head.free_product_id}).first()
    budget = None
    if head.budget is not None:
        waiting = promotions.on_the_way(connection).get(promotion_id, 0)
        budget = Budget(head.budget, head.used, waiting)
    return PromotionDetail(
        head.id,
        head.code,
        head.name,
        head.name_local,
        head.mechanic,
        head.state,
        bool(head.draft),
        head.valid_from,
        head.valid_to,
        head.combination,
        head.exclusion,
        head.currency,
        promotions.declared(connection, promotion_id),
        tuple(Named(**row._asdict()) for row in connection.execute(sa.text(_BUYERS), this)),
        tuple(Named(**row._asdict()) for row in connection.execute(sa.text(_ITEMS), this)),
        None if free is None else Named(**free._asdict()),
        budget,
        day,
        clock.as_of(connection),
    )
