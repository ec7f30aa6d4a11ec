"""How many of what a list holds: a count says what it counts, over the list and under it."""

from __future__ import annotations

from ui.i18n import n


def rows(count: int) -> str:
    return n("{count} row", "{count} rows", count)


def partners(count: int) -> str:
    return n("{count} partner", "{count} partners", count)


def orders(count: int) -> str:
    return n("{count} order", "{count} orders", count)


def lines(count: int) -> str:
    return n("{count} line", "{count} lines", count)


def visits(count: int) -> str:
    return n("{count} visit", "{count} visits", count)


def stock(count: int) -> str:
    """Of one product at one partner each."""
    return n("{count} stock level", "{count} stock levels", count)


def invoices(count: int) -> str:
    return n("{count} invoice", "{count} invoices", count)
