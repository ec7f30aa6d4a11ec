"""Loads every area, so that the registry is complete. Import entities from here."""

from __future__ import annotations

from channeldesk.model import (
    approvals,
    attachments,
    catalogue,
    field,
    orders,
    organisation,
    partner,
    payments,
    performance,
    promotion,
    publication,
    routes,
    sell_out,
    shipping,
    stock,
    survey,
    warehouse,
)
from channeldesk.model.declare import ENTITIES, Entity, replicated

__all__ = [
    "ENTITIES",
    "Entity",
    "approvals",
    "attachments",
    "catalogue",
    "entity",
    "field",
    "orders",
    "organisation",
    "partner",
    "payments",
    "performance",
    "promotion",
    "publication",
    "replicated",
    "routes",
    "sell_out",
    "shipping",
    "stock",
    "survey",
    "warehouse",
]


def entity(name: str) -> type[Entity]:
    """The declaration called ``name``. Raises KeyError for a name nobody declared."""
    return ENTITIES[name]
