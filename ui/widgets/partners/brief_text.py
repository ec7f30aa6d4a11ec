"""What to know before meeting a partner, in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from channeldesk.queries.partner import PartnerDetail
from channeldesk.queries.timeline import Event
from channeldesk.rules.visits import Due
from channeldesk.rules.words import STATUS_NAMES
from ui.i18n import formats, n, own_name, t, today_text, two_names
from ui.widgets.paper import Paper
from ui.widgets.partners import words

Days = Callable[[str], str]
"""How a business date (ISO) is told."""
Brief = tuple[PartnerDetail, Sequence[Event]]
_STYLE = (
    "<style>h1 { font-size: 15pt; margin-top: 18px; margin-bottom: 0 } .quiet { color: #5f6368; "
    "margin-top: 2px; margin-bottom: 4px } td { padding: 3px 8px 3px 0 }</style>"
)


@dataclass(frozen=True)
class Part:
    """A heading with its lines; ``tone`` where it presses."""

    icon: str
    title: str
    lines: tuple[str, ...]
    tone: str = "secondary"


def from_today(today: date) -> Days:
    """As the window tells days: "Today", "Fri 13"."""
    return lambda day: today_text(date.fromisoformat(day), today)


def parts(detail: PartnerDetail, events: Sequence[Event], day: Days) -> list[Part]:
    """Money first, then what was agreed, then what happened; what is unknown is left out."""
    found = (
        _money(detail),
        _promises(detail, day),
        _visits(detail, events, day),
        _orders(events, day),
        _stock(detail),
        _people(detail),
    )
    return [one for one in found if one.lines]


def as_text(name: str, found: Sequence[Part]) -> str:
    """For the clipboard."""
    lines = [name]
    for one in found:
        lines += ["", one.title, *(f"- {line}" for line in one.lines)]
    return "\n".join(lines)


def second_line(detail: PartnerDetail) -> str:
    """Under the name: its other form, code, tier, city."""
    _, second = two_names(detail.name, detail.name_local)
    tier = own_name(detail.tier, detail.tier_local)
    return " · ".join(filter(None, (second, detail.code, tier, detail.city)))


def paper(briefs: Sequence[Brief], who: str) -> Paper:
    """For a journey, one partner after the other; every text is escaped. Paper is read on another day: it
    tells dates, and as of when it is.
    """
    told = [_STYLE]
    for detail, events in briefs:
        name, _ = two_names(detail.name, detail.name_local)
        as_of = formats().instant(detail.as_of) if detail.as_of is not None else ""
        known = t("Figures as of {moment}", moment=as_of) if as_of else ""
        second = " · ".join(filter(None, (second_line(detail), known)))
        told.append(f'<h1>{escape(name)}</h1><p class="quiet">{escape(second)}</p>')
        rows = "".join(_row(one) for one in parts(detail, events, formats().day_brief))
        told.append(f'<table width="100%" border="0" cellspacing="0">{rows}</table>')
    return Paper(t("Brief"), "".join(told), who)


def _row(one: Part) -> str:
    lines = "<br/>".join(escape(line) for line in one.lines)
    return f'<tr><td width="22%"><b>{escape(one.title)}</b></td><td>{lines}</td></tr>'


def _money(detail: PartnerDetail) -> Part:
    form, lines = formats(), []
    figures = detail.figures
    current, progress = figures.sales.current, figures.sales.progress
    if current is not None and current.net is not None:
        sales = form.money(current.net, figures.sales.currency, whole=True)
        if progress is not None and progress.attainment is not None:
            lines.append(
                t(
                    "Sales of the month {amount}: {share} of the target, {pace} of the time has passed",
                    amount=sales,
                    share=form.percent(progress.attainment / 10_000, 0),
                    pace=form.percent(progress.pace / 10_000, 0),
                )
            )
        else:
            lines.append(t("Sales of the month {amount}", amount=sales))
    for late in figures.credit.overdue:
        amount = form.money(late.amount, late.currency, whole=True)
        days = n("{count} day", "{count} days", late.days)
        lines.append(t("Overdue {amount}, the oldest since {days}", amount=amount, days=days))
    left = figures.credit.position.left
    if left is not None:
        amount = form.money(left, figures.credit.position.currency, whole=True)
        lines.append(t("Credit left {amount}", amount=amount))
    tone = "bad" if figures.credit.overdue else "secondary"
    return Part("coins", t("Money"), tuple(lines), tone)


def _promises(detail: PartnerDetail, day: Days) -> Part:
    lines = tuple(
        t(
            "{promise}, due {due}",
            promise=one.promised,
            due=day(one.due_on),
        )
        for one in detail.promises
    )
    late = any(one.due is Due.OVERDUE for one in detail.promises)
    return Part("handshake", t("Open promises"), lines, "bad" if late else "secondary")


def _visits(detail: PartnerDetail, events: Sequence[Event], day: Days) -> Part:
    lines = []
    for one in [event for event in events if event.kind == "visit"][:2]:
        on = day(one.day)
        if one.note:
            told = {"day": on, "outcome": words.outcome(one.status), "note": one.note}
            lines.append(t("{day}: {outcome}. {note}", **told))
        else:
            lines.append(t("{day}: {outcome}", day=on, outcome=words.outcome(one.status)))
    upcoming = detail.figures.next_visit
    if upcoming is not None:
        lines.append(t("Next visit {day}", day=day(upcoming)))
    return Part("map-pin", t("Visits"), tuple(lines))


def _orders(events: Sequence[Event], day: Days) -> Part:
    form, lines = formats(), []
    for one in [event for event in events if event.kind == "order"][:3]:
        told = {
            "day": day(one.day),
            "number": one.title,
            "status": t(STATUS_NAMES[one.status]),
            "amount": form.money(one.amount or 0, one.currency or "", whole=True),
        }
        lines.append(t("{day}: {number}, {amount}, {status}", **told))
    return Part("receipt", t("Last orders"), tuple(lines))


def _stock(detail: PartnerDetail) -> Part:
    days, at = detail.figures.stock_days, detail.figures.stock_as_of
    if days is None:
        return Part("package", t("Stock"), ())
    lasts = n("Lasts {count} day", "Lasts {count} days", days)
    known = t("known on {day}", day=formats().day_short(formats().local(at).date())) if at else ""
    return Part("package", t("Stock"), (" · ".join(filter(None, (lasts, known))),))


def _people(detail: PartnerDetail) -> Part:
    lines = tuple(
        " · ".join(filter(None, (one.name, one.job_title, one.phone))) for one in detail.contacts[:2]
    )
    return Part("users", t("Whom to ask for"), lines)
