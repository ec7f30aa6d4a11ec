"""How stock is spoken of: where a level comes from, how it stands, how old it is."""

from __future__ import annotations

from channeldesk.model.notice import Rate
from channeldesk.queries.stock import StockRow
from channeldesk.rules.stock import Risk
from channeldesk.rules.words import COUNT_REASONS
from ui.i18n import N_, formats, n, t

SOURCES = {
    "count": N_("Counted"),
    "reported": N_("Reported"),
    "movements": N_("Movements only"),
}
_RISKS = {
    Risk.OUT: ("▲", N_("out"), "bad"),
    Risk.LOW: ("◆", N_("low"), "warning"),
    Risk.OVER: ("●", N_("too much"), "accent"),
}


def source(code: str) -> str:
    return t(SOURCES[code]) if code in SOURCES else code


def sources() -> list[tuple[str, str]]:
    return [(code, t(name)) for code, name in SOURCES.items()]


def risk(row: StockRow) -> str:
    """A shape and a short word: it says something without colour too."""
    if row.negative:
        return "! " + t("below zero")
    if row.quantity == 0 and row.risk is Risk.OUT and row.cover is None:
        return "▲ " + t("none left")
    shape, word, _ = _RISKS.get(row.risk, ("", "", ""))
    return f"{shape} {t(word)}" if word else ""


def risks() -> list[str]:
    """Every text of :func:`risk`."""
    usual = [f"{shape} {t(word)}" for shape, word, _ in _RISKS.values()]
    return [*usual, "! " + t("below zero"), "▲ " + t("none left")]


def risk_tone(row: StockRow) -> str:
    return "bad" if row.negative else _RISKS.get(row.risk, ("", "", ""))[2]


def risk_tip(row: StockRow) -> str:
    """Why it is marked."""
    if row.own:
        return t("A warehouse of the company: what moves there stays at headquarters.")
    if row.negative:
        return t("A movement or a count is missing: less than nothing cannot be there. Count it.")
    if row.cover is None:
        return t("Nothing was sold here in the last 90 days, so nothing can be said about how long it lasts.")
    told = n(
        "Lasts {count} day at the pace of the last 90.",
        "Lasts {count} days at the pace of the last 90.",
        row.cover,
    )
    if row.risk is Risk.OUT:
        return "\n".join((told, t("It is gone before a delivery can arrive.")))
    if row.risk is Risk.LOW:
        return "\n".join((told, t("When a delivery can arrive, less than the safety stock is left.")))
    return told


def lost_tip(row: StockRow) -> str:
    """What the money that may be lost means."""
    if row.own:
        return ""
    chance = formats().show(Rate(row.chance))
    return t(
        "Sales expected to be lost before a delivery arrives; chance of running out: {chance}", chance=chance
    )


def expires_tip(row: StockRow) -> str:
    """Which lot the day is of."""
    if row.expires is None:
        return t("No lot with a day of expiry is known.")
    return t("The first of its lots expires then; the pane beside lists them all.")


def tied_tip(row: StockRow) -> str:
    """What the money that is tied up means."""
    return "" if row.own else t("List price of what lies there beyond the need of a delivery and 90 days.")


def as_of_tip(row: StockRow) -> str:
    """What the level rests on, and what moved since."""
    if row.as_of is None:
        return t("Nobody counted or reported it; the level is the sum of movements.")
    told = t("{source} {moment}", source=source(row.source), moment=formats().instant(row.as_of))
    if not row.moved:
        return told
    moved = signed(row.moved)
    return "\n".join((told, t("Movements since then: {quantity}", quantity=moved)))


def provisional(row: StockRow) -> str:
    if row.waits:
        return t("The count differs much from the books: it holds until somebody refuses to approve it.")
    return t("Counted here; headquarters has not received the count yet.") if row.provisional else ""


def signed(quantity: int) -> str:
    """A difference with its sign."""
    text = formats().quantity(abs(quantity))
    return f"+{text}" if quantity > 0 else f"−{text}" if quantity < 0 else text


def reason(code: str | None, words: str | None) -> str:
    """Why a counted product differs: the reason of the list, and what was said beside it."""
    named = t(COUNT_REASONS[code]) if code in COUNT_REASONS else code
    return " · ".join(filter(None, (named, words)))


def found(counted: int, expected: int) -> str:
    """What the books expected, and what was there."""
    form = formats()
    return t(
        "Expected {expected}, counted {counted}",
        expected=form.quantity(expected),
        counted=form.quantity(counted),
    )
