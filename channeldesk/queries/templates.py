"""Lists of products that a person orders again and again, by name: private drafts, on all its devices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.collation import sort_key

KIND = "template"
"""Of the drafts that hold them."""


@dataclass(frozen=True)
class Template:
    """``lines``: (product, quantity at scale 3) in their order. ``partner_id`` None: for every partner."""

    id: bytes
    name: str
    partner_id: bytes | None
    lines: tuple[tuple[bytes, int], ...]


_OF_PARTNER = """
SELECT id, partner_id, body FROM draft
WHERE user_id = :user AND draft_kind = 'template' AND (partner_id IS NULL OR partner_id = :partner)
"""


def templates(
    connection: sa.Connection, user_id: bytes, partner_id: bytes, language: str = "en"
) -> tuple[Template, ...]:
    """The person's for a partner: its own first, then those for every partner, each by name."""
    rows = connection.execute(sa.text(_OF_PARTNER), {"user": user_id, "partner": partner_id})
    found = [read(row.id, row.partner_id, row.body) for row in rows]
    return tuple(
        sorted(found, key=lambda one: (one.partner_id is None, sort_key(one.name, language) or "", one.id))
    )


def body(name: str, lines: Sequence[tuple[bytes, int]]) -> str:
    """The JSON that a draft keeps."""
    told = {"name": name, "lines": [[product.hex(), quantity] for product, quantity in lines]}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def read(draft_id: bytes, partner_id: bytes | None, text: str) -> Template:
    """What :func:`body` wrote."""
    told = json.loads(text)
    lines = tuple((bytes.fromhex(product), quantity) for product, quantity in told.get("lines", ()))
    return Template(draft_id, told.get("name", ""), partner_id, lines)
