"""How the day's work is spoken of: facts of a visit, why it ranks, what waits for headquarters."""

from __future__ import annotations

from typing import Any

from channeldesk.model.notice import Day, Money
from channeldesk.queries.status import Waiting
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion
from ui.i18n import formats, n, t

BETWEEN = "  ·  "
"""Stands between facts that are told side by side."""

ICONS = {
    "sales_order": "article",
    "stock_count": "clipboard-text",
    "visit_plan": "calendar-dots",
    "visit": "map-pin",
    "promise": "handshake",
    "partner": "storefront",
    "contact": "user",
    "attachment": "paperclip",
    "visit_task": "list-checks",
    "survey_response": "clipboard-text",
}
"""Of what may wait for headquarters."""


def clock(minute: int | None) -> str:
    """Minutes after midnight as a time of day; an en dash without one."""
    return "–" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def whole_money(amount: int, currency: str) -> str:
    return formats().money(amount, currency, whole=True)


def visit_facts(visit: PlannedVisit, rank: VisitSuggestion | None) -> str:
    """Overdue receivables, the drop of sales, the last visit: what to know before the door."""
    facts: list[str] = []
    if visit.overdue:
        facts.append(overdue(visit.overdue, visit.currency, visit.overdue_days or 0))
    if rank is not None and rank.score.drop:
        facts.append(t("3-month sales −{percent}% on last year", percent=rank.score.drop))
    facts.append(last_visit(visit.last_visit))
    return BETWEEN.join(facts)


def overdue(amount: int, currency: str, days: int) -> str:
    return n(
        "{amount} overdue for {count} day",
        "{amount} overdue for {count} days",
        days,
        amount=whole_money(amount, currency),
    )


def last_visit(day: str | None) -> str:
    return t("last visit {day}", day=formats().day_short(day)) if day else t("never visited")


def why(rank: VisitSuggestion) -> str:
    """The terms of a rank, side by side."""
    facts = []
    if rank.score.drop:
        facts.append(t("3-month sales −{percent}%", percent=rank.score.drop))
    if rank.score.case.overdue:
        facts.append(t("{amount} overdue", amount=whole_money(rank.score.case.overdue, rank.currency)))
    facts.append(last_visit(rank.last_visit))
    return BETWEEN.join(facts)


def formula(rank: VisitSuggestion, partners: int) -> str:
    """How the place came about."""
    said: dict[str, Any] = {
        "place": rank.place,
        "count": partners,
        "percent": rank.score.drop,
        "amount": whole_money(rank.score.at_risk, rank.currency),
        "days": rank.score.days,
    }
    if rank.last_visit is None:
        return t(
            "Rank {place} of {count}: {percent}% × {amount} × never visited, which counts as {days} days",
            **said,
        )
    return t("Rank {place} of {count}: {percent}% × {amount} × {days} days", **said)


def promise_due(promised: str, due_on: str, today: str) -> str:
    if due_on == today:
        return t("Promise due today: {promise}", promise=promised)
    if due_on < today:
        return t("Promise overdue since {day}: {promise}", day=Day(due_on), promise=promised)
    return t("Promise due {day}: {promise}", day=Day(due_on), promise=promised)


def waiting(one: Waiting) -> tuple[str, str]:
    """Icon and sentence for what waits of one kind."""
    text = _counted(one.entity, one.rows)
    if one.entity == "sales_order" and one.lines:
        text = BETWEEN.join((text, n("{count} line", "{count} lines", one.lines)))
    elif one.entity == "stock_count" and one.lines:
        text = BETWEEN.join((text, n("{count} product", "{count} products", one.lines)))
    return ICONS.get(one.entity, "cloud-arrow-up"), text


def _counted(entity: str, rows: int) -> str:
    match entity:
        case "sales_order":
            return n("{count} order", "{count} orders", rows)
        case "stock_count":
            return n("{count} stock count", "{count} stock counts", rows)
        case "visit_plan":
            return n("{count} planned visit", "{count} planned visits", rows)
        case "visit":
            return n("{count} visit", "{count} visits", rows)
        case "promise":
            return n("{count} promise", "{count} promises", rows)
        case "partner":
            return n("{count} partner edited", "{count} partners edited", rows)
        case "contact":
            return n("{count} contact", "{count} contacts", rows)
        case "draft":
            return n("{count} private draft", "{count} private drafts", rows)
        case "attachment":
            return n("{count} file", "{count} files", rows)
        case "visit_task":
            return n("{count} task", "{count} tasks", rows)
        case "survey_response":
            return n("{count} survey", "{count} surveys", rows)
        case _:
            return n("{count} other change", "{count} other changes", rows)


def tasks_done(done: int, whole: int) -> str:
    """'2 of 3 tasks done'; "" where there are none."""
    return n("{done} of {count} task done", "{done} of {count} tasks done", whole, done=done) if whole else ""


def amounts(parts: tuple[tuple[str, int], ...]) -> str:
    """Amounts by currency, side by side."""
    return " + ".join(whole_money(amount, currency) for currency, amount in parts)


def money_text(parts: tuple[Money, ...]) -> str:
    return amounts(tuple((one.currency, one.amount) for one in parts))
