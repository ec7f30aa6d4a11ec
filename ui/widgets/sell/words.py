"""How sell-in and sell-out are spoken of."""

from __future__ import annotations

from collections.abc import Sequence

from channeldesk.queries.sell import Part
from channeldesk.queries.sell_file import FileRow, Standing
from channeldesk.queries.sell_list import ReportRow
from channeldesk.rules.explain import Step
from channeldesk.rules.sell import difference, explain, explain_sell_through
from ui.i18n import N_, formats, t, tn, two_names

_SIGNS = {"": "", "+": "+ ", "-": "\u2212 ", "*": "× ", "=": "= "}
SOURCES = {"entry": N_("Keyed in"), "file": N_("File"), "partner": N_("Partner")}
STANDINGS = {
    Standing.NEW: N_("New"),
    Standing.KNOWN: N_("Reported before"),
    Standing.REPEATED: N_("Repeats"),
    Standing.WRONG: N_("Not understood"),
}
COLUMNS = {
    "day": N_("Day"),
    "until": N_("Last day"),
    "product": N_("Product"),
    "quantity": N_("Quantity"),
    "buyer": N_("Buyer"),
    "amount": N_("Amount"),
    "currency": N_("Currency"),
    "document": N_("Document"),
    "line": N_("Line of the document"),
}


def steps(found: Sequence[Step]) -> str:
    """An explanation, a step on each line."""
    return "\n".join(
        f"{_SIGNS[one.sign]}{tn(one.label)} {formats().show(one.value)}".rstrip() for one in found
    )


def pipeline(part: Part) -> str:
    """Where the pipeline comes from, and what a later count says to it."""
    told = [steps(explain(part.flow, part.since, part.unit))]
    if part.counted is not None and part.expected is not None and part.since is not None:
        found = difference(part.expected, part.counted, part.counted_on or part.since)
        told += [tn(found)] if found is not None else []
    return "\n".join(told)


def through(part: Part) -> str:
    return steps(explain_sell_through(part.flow, part.unit))


def weeks(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10


def share(basis_points: int | None) -> float | None:
    return None if basis_points is None else basis_points / 10_000


def days(row: ReportRow) -> str:
    """The day, or the period."""
    if row.first_on == row.last_on:
        return formats().day(row.last_on)
    return f"{formats().day(row.first_on)} – {formats().day(row.last_on)}"


def buyer(row: ReportRow) -> str:
    if not row.to_sub_dealer:
        return t("End customers")
    return two_names(row.buyer, row.buyer_local)[0] if row.buyer else t("A sub-dealer")


def state(row: ReportRow) -> str:
    if row.reversal:
        return t("takes back")
    return "" if row.stands else t("taken back")


def standing(row: FileRow) -> str:
    return t(STANDINGS[row.standing])


def reason(row: FileRow) -> str:
    return tn(row.reason) if row.reason is not None else ""
