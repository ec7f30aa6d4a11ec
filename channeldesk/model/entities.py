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
    performance,
    promotion,
    stock,
    survey,
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
    "performance",
    "promotion",
    "replicated",
    "stock",
    "survey",
]


def entity(name: str) -> type[Entity]:
    """The declaration called ``name``. Raises KeyError for a name nobody declared."""
    return ENTITIES[name]
