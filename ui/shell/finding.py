"""What the palette finds in the data: the question, and a line for each row that answers it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ui.i18n import own_name
from ui.shell.hit import Hit

_FOUND = {
    "partner": ("storefront", "partner", "row_id"),
    "contact": ("user", "partner", "partner_id"),
    "product": ("package", "stock", ""),
    "sales_order": ("article", "orders", "row_id"),
}
"""What search finds: its icon, the page that shows it, and which id that page takes, if any."""


def search(connection: Any, text: str, limit: int) -> Any:
    """Imported when one first types."""
    from channeldesk.queries.search import search

    return search(connection, text, limit)


def hit(go: Callable[..., Any], found: Any) -> Hit:
    icon, page, name = _FOUND.get(found.entity, ("magnifying-glass", "partner", "partner_id"))
    whose = ""
    if found.entity in ("contact", "sales_order"):
        whose = own_name(found.partner_name, found.partner_local)
    title = own_name(found.title, found.title_local)
    told = [found.title if part == title else part for part in found.subtitle.split(" · ")]
    detail = " · ".join(filter(None, (whose, *told)))
    subject = getattr(found, name) if name else None
    return Hit(title, icon, partial(go, page, subject), detail=detail)
