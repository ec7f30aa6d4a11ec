"""Things of one kind, found as one types."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries.search import search

_PARTNERS = """
SELECT p.id, p.code, p.name, p.name_local, p.stage, p.city, tier.name AS tier,
       tier.name_local AS tier_local
FROM json_each(:ids) k CROSS JOIN partner p ON p.id = unhex(k.value)
LEFT JOIN tier ON tier.id = p.tier_id ORDER BY p.stage = 'left', k.key LIMIT :limit
"""


@dataclass(frozen=True)
class PartnerHit:
    """A partner in a list to choose from."""

    id: bytes
    code: str | None
    name: str
    name_local: str | None
    stage: str
    city: str | None
    tier: str | None
    tier_local: str | None


def find_partners(connection: sa.Connection, text: str, limit: int = 8) -> tuple[PartnerHit, ...]:
    """Partners by name, code or pinyin initials, the best first; those that left come last."""
    ids = [hit.row_id.hex() for hit in search(connection, text, limit=10 * limit) if hit.entity == "partner"]
    found = connection.execute(sa.text(_PARTNERS), {"ids": json.dumps(ids), "limit": limit})
    return tuple(PartnerHit(**row._asdict()) for row in found)


def partner_names(connection: sa.Connection, partner_id: bytes) -> tuple[str, str | None] | None:
    """The partner's name, and the one in its own script; None where it is not here."""
    row = connection.execute(
        sa.text("SELECT name, name_local FROM partner WHERE id = :id"), {"id": partner_id}
    ).first()
    return None if row is None else (row.name, row.name_local)


@dataclass(frozen=True)
class ProductHit:
    """A product in a list to choose from."""

    id: bytes
    sku: str
    name: str
    name_local: str | None
    category: str | None


_PRODUCTS = """
SELECT d.id, d.sku, d.name, d.name_local, d.category
FROM json_each(:ids) k CROSS JOIN product d ON d.id = unhex(k.value)
ORDER BY d.active = 0, k.key LIMIT :limit
"""


def find_products(connection: sa.Connection, text: str, limit: int = 8) -> tuple[ProductHit, ...]:
    """Products by SKU, barcode, name or pinyin initials, the best first; those no longer sold come last."""
    ids = [hit.row_id.hex() for hit in search(connection, text, limit=25 * limit) if hit.entity == "product"]
    found = connection.execute(sa.text(_PRODUCTS), {"ids": json.dumps(ids), "limit": limit})
    return tuple(ProductHit(**row._asdict()) for row in found)


def product_names(connection: sa.Connection, product_id: bytes) -> tuple[str, str | None] | None:
    """The product's name, and the one in its own script; None where it is not here."""
    row = connection.execute(
        sa.text("SELECT name, name_local FROM product WHERE id = :id"), {"id": product_id}
    ).first()
    return None if row is None else (row.name, row.name_local)
