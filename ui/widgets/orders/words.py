"""How orders are spoken of: statuses with their tones, reasons of the provisional mark, names and
quantities.
"""

from __future__ import annotations

from channeldesk.queries.orders import OrderRow
from channeldesk.rules.stock import Risk
from channeldesk.rules.words import SHIPMENT_NAMES, STATUS_NAMES
from ui.i18n import formats, n, t, unit_name
from ui.i18n import two_names as two_names

TONES = {
    "placed": "plain",
    "accepted": "good",
    "partly_shipped": "accent",
    "shipped": "accent",
    "closed": "plain",
    "cancelled": "outline",
    "rejected": "bad",
    "draft": "outline",
}

SHIPMENT_TONES = {"planned": "outline", "sent": "accent", "arrived": "good", "cancelled": "plain"}
_MINUTE = 60_000


def shipment(code: str) -> str:
    return t(SHIPMENT_NAMES[code])


def duration(took: int | None) -> str:
    """A time in ms as people say it, in the unit that fits; "" for none, and for less than a minute."""
    minutes = (took or 0) // _MINUTE
    if minutes < 60:
        return n("{count} minute", "{count} minutes", minutes) if minutes else ""
    hours = minutes // 60
    if hours < 48:
        return n("{count} hour", "{count} hours", hours)
    return n("{count} day", "{count} days", hours // 24)


def status(code: str) -> str:
    return t(STATUS_NAMES[code])


def statuses() -> list[tuple[str, str]]:
    """Statuses that an order in the list may have, for its filter."""
    return [(code, t(name)) for code, name in STATUS_NAMES.items() if code != "draft"]


def provisional(row: OrderRow) -> str:
    """Why headquarters may still change an order; "" when it is confirmed."""
    if row.rejected:
        return t("Headquarters rejected this order. It stays here until you put it right or give it up.")
    if row.provisional and row.status == "placed":
        return t("Headquarters has not answered yet: number, prices and credit are as this laptop sees them.")
    return t("A change of yours waits for headquarters.") if row.provisional else ""


def amount(quantity: int, code: str = "") -> str:
    """A quantity with its unit."""
    return formats().quantity(quantity, unit_name(code))


def risk(found: Risk) -> tuple[str, str]:
    """A short word with a shape for stock that runs out, and its tone; nothing for stock that is fine."""
    if found is Risk.OUT:
        return "▲ " + t("out"), "bad"
    if found is Risk.LOW:
        return "◆ " + t("low"), "warning"
    return "", ""
