"""What happened at a partner, in words: lines of the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from channeldesk.queries.timeline import Event as Found
from channeldesk.rules.counts import Status
from channeldesk.rules.words import COUNT_NAMES, STATUS_NAMES
from ui.i18n import formats, n, own_name, t, today_text
from ui.widgets.partners import words
from ui.widgets.timeline import Event

_Words = tuple[str, str, str, str]
"""Icon, title, text, tone."""


def kinds() -> list[tuple[object, str]]:
    """What the timeline can be narrowed to."""
    return [
        ("", t("All kinds")),
        ("order", t("Orders")),
        ("visit", t("Visits")),
        ("visit_plan", t("Planned visits")),
        ("count", t("Stock counts")),
        ("survey", t("Surveys")),
        ("promise", t("Promises")),
        ("receivable", t("Open invoices")),
    ]


def line(found: Found, today: date) -> Event:
    """One event as a line of the timeline; its key is the event itself."""
    form = formats()
    day = date.fromisoformat(found.day)
    icon, title, text, tone = _WORDS[found.kind](found, today)
    time = words.minute(found.count) if found.kind == "visit_plan" else ""
    if found.at is not None and form.local(found.at).date() == day:
        time = form.time(found.at)
    amount = ""
    if found.amount is not None:
        amount = form.money(found.amount, found.currency or "", whole=True)
    return Event(found, today_text(day, today), time, icon, title, text, amount, found.provisional, tone)


def _order(found: Found, today: date) -> _Words:
    title = t("Order {number}", number=found.title)
    lines = n("{count} line", "{count} lines", found.count) if found.count else ""
    status = t(STATUS_NAMES[found.status])
    if found.provisional and found.status == "placed":
        status = t("waits for headquarters")
    text = " · ".join(filter(None, (status, lines, found.note)))
    return "receipt", title, text, "bad" if found.status == "rejected" else "secondary"


def _visit(found: Found, today: date) -> _Words:
    title = t("Visit: {outcome}", outcome=words.outcome(found.status))
    lasted = n("{count} minute", "{count} minutes", found.count) if found.count else ""
    corrected = t("corrected") if found.title else ""
    text = " · ".join(filter(None, (lasted, corrected, found.note)))
    return "map-pin", title, text, "warning" if found.status == "issue_open" else "secondary"


def _plan(found: Found, today: date) -> _Words:
    title = t("Visit under way") if found.status == "under_way" else t("Visit planned")
    return "calendar", title, found.note or "", "accent"


def _count(found: Found, today: date) -> _Words:
    title = n("Stock count of {count} product", "Stock count of {count} products", found.count or 0)
    status = "" if found.status == Status.COUNTED else t(COUNT_NAMES[found.status])
    text = " · ".join(filter(None, (status, found.note)))
    return "clipboard-text", title, text, "warning" if found.status == Status.WAITING else "secondary"


def _survey(found: Found, today: date) -> _Words:
    title = t("Survey: {survey}", survey=own_name(found.title, found.status or None))
    scored = t("{score} of the points", score=words.score(found.count)) if found.count is not None else ""
    return "check-square", title, scored, "secondary"


def _promise(found: Found, today: date) -> _Words:
    if found.status == "done":
        return "check-circle", t("Promise kept"), found.title, "good"
    moved = n("moved {count} time", "moved {count} times", found.count) if found.count else ""
    text = " · ".join(filter(None, (found.title, moved)))
    if date.fromisoformat(found.day) < today:
        return "handshake", t("Promise overdue"), text, "bad"
    return "handshake", t("Promise due"), text, "warning"


def _invoice(found: Found, today: date) -> _Words:
    number = found.title
    if found.status == "overdue":
        return "warning", t("Invoice {number} is overdue", number=number), "", "bad"
    return "invoice", t("Invoice {number} falls due", number=number), "", "secondary"


_WORDS: dict[str, Callable[[Found, date], _Words]] = {
    "order": _order,
    "visit": _visit,
    "visit_plan": _plan,
    "count": _count,
    "survey": _survey,
    "promise": _promise,
    "receivable": _invoice,
}
