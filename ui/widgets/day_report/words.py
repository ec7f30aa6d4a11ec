"""How a day is told: its sections with their lines, the same on screen, on paper and in a letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from channeldesk.model.formats import Formats
from channeldesk.queries.day_report import CountDone, DayReport, OrderPlaced, SurveyDone, VisitDone
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.visits import PlannedVisit
from channeldesk.rules.words import STATUS_NAMES
from ui.i18n import clock_note, formats, n, own_name, t, tn, two_names
from ui.widgets.entries import Entry
from ui.widgets.inbox import words as inbox_words
from ui.widgets.partners.words import outcome, score
from ui.widgets.today import words as today_words

BETWEEN = today_words.BETWEEN


@dataclass(frozen=True)
class Line:
    """An entry, and a longer text below it."""

    entry: Entry
    note: str = ""


@dataclass(frozen=True)
class Section:
    """``none`` is said on screen where there is no line; on paper the section is left out.
    ``count`` where it is not the number of lines.
    """

    title: str
    lines: tuple[Line, ...]
    none: str = ""
    count: str = ""


def title(report: DayReport) -> str:
    return t("Day report {day}", day=formats().day(report.day))


def as_of(report: DayReport) -> str:
    if report.as_of is None:
        return t("Not yet synchronised")
    known = t("Figures as of {moment}", moment=formats().in_zone(report.zone).instant_short(report.as_of))
    return _facts(known, clock_note())


def work(report: DayReport) -> tuple[Section, ...]:
    """What was done at the partners, and what was not."""
    form = formats().in_zone(report.zone)
    missed = t("Planned, not done") if report.day < report.today else t("Planned, still to do")
    return (
        Section(
            t("Visits done"),
            tuple(_visit(form, one) for one in report.visits),
            t("No visit was closed on this day."),
        ),
        Section(missed, tuple(_missed(one) for one in report.missed), t("Nothing planned is left.")),
        Section(
            t("Orders placed"),
            tuple(_order(form, one) for one in report.orders),
            t("No order was placed on this day."),
            ordered(report),
        ),
        Section(
            t("Stock counts"),
            tuple(_count(form, one) for one in report.counts),
            t("No stock was counted on this day."),
        ),
        Section(
            t("Surveys answered"),
            tuple(_survey(form, one) for one in report.surveys),
            t("No survey was answered on this day."),
        ),
    )


def agreed(report: DayReport) -> tuple[Section, ...]:
    """What was promised and kept, and where headquarters stands."""
    form = formats().in_zone(report.zone)
    return (
        Section(
            t("Promises given"), tuple(_promise(form, one, report.day) for one in report.given), t("none")
        ),
        Section(
            t("Promises kept"),
            tuple(_promise(form, one, report.day, kept=True) for one in report.kept),
            t("none"),
        ),
        Section(
            t("Waits for headquarters"),
            tuple(
                Line(Entry(icon, text))
                for one in report.waiting
                for icon, text in (today_words.waiting(one),)
            ),
            t("everything is sent"),
        ),
        Section(
            t("Rejected by headquarters"),
            tuple(
                Line(
                    Entry(
                        "x-circle",
                        inbox_words.row_title(one),
                        tn(one.notice),
                        "" if one.amount is None else form.money(one.amount, one.currency or ""),
                        tone="bad" if one.state == "open" else "secondary",
                        key=("inbox", one.id) if one.state == "open" else None,
                    )
                )
                for one in report.rejected
            ),
            t("nothing"),
        ),
    )


def told(report: DayReport) -> tuple[Section, ...]:
    """For paper and letters: what holds something, in order; keys of the window are left out."""
    found = (*work(report), *agreed(report))
    return tuple(
        replace(one, lines=tuple(replace(line, entry=replace(line.entry, key=None)) for line in one.lines))
        for one in found
        if one.lines
    )


def net(report: DayReport) -> str:
    """What was ordered, by currency; an en dash without orders."""
    return today_words.amounts(report.net) or "–"


def ordered(report: DayReport) -> str:
    """How many orders, and how many that headquarters refused."""
    count, rejected = sum(one.counts for one in report.orders), sum(one.rejected for one in report.orders)
    if not rejected:
        return n("{count} order", "{count} orders", count)
    return n(
        "{count} order, {rejected} rejected", "{count} orders, {rejected} rejected", count, rejected=rejected
    )


def waits() -> str:
    """Why something is marked."""
    return t("Headquarters has not confirmed this yet.")


def _facts(*parts: str) -> str:
    return BETWEEN.join(filter(None, parts))


def _visit(form: Formats, one: VisitDone) -> Line:
    name, _ = two_names(one.partner, one.partner_local)
    moments = [form.time(at) for at in (one.checked_in_at, one.checked_out_at) if at is not None]
    photos = n("{count} photo", "{count} photos", one.photos) if one.photos else ""
    return Line(
        Entry(
            "map-pin",
            name,
            _facts(
                outcome(one.outcome),
                one.city or "",
                photos,
                today_words.tasks_done(one.tasks_done, one.tasks),
                t("corrected") if one.corrected else "",
            ),
            "–".join(moments) or "–",
            waits() if one.provisional else "",
            key=("partner", one.partner_id),
        ),
        one.note or "",
    )


def _missed(one: PlannedVisit) -> Line:
    name, _ = two_names(one.partner, one.partner_local)
    under_way = t("checked in") if one.state == "under_way" else ""
    text = _facts(under_way, one.purpose or t("no purpose noted"), one.city or "")
    minute = today_words.clock(one.start_minute)
    return Line(Entry("calendar-dots", name, text, minute, key=("visits", one.id)))


def _order(form: Formats, one: OrderPlaced) -> Line:
    """Amounts only of what counts: a reader adds them up."""
    name, _ = two_names(one.partner, one.partner_local)
    time = form.time(one.placed_at) if one.placed_at is not None else ""
    kind = t("Return") if one.kind == "return" else ""
    return Line(
        Entry(
            "article",
            name,
            _facts(kind, one.number, t(STATUS_NAMES[one.status]), time),
            form.money(one.net, one.currency) if one.counts else "",
            waits() if one.counts and one.provisional else "",
            "bad" if one.rejected else "secondary",
            key=("order", one.id),
        )
    )


def _count(form: Formats, one: CountDone) -> Line:
    name, _ = two_names(one.partner, one.partner_local)
    differing = (
        n("{count} differs from the books", "{count} differ from the books", one.differing)
        if one.differing
        else t("all as the books say")
    )
    return Line(
        Entry(
            "clipboard-text",
            name,
            _facts(differing, form.time(one.counted_at)),
            n("{count} product", "{count} products", one.products),
            waits() if one.provisional else "",
            key=("partner", one.partner_id),
        )
    )


def _survey(form: Formats, one: SurveyDone) -> Line:
    name, _ = two_names(one.partner, one.partner_local)
    scored = score(one.score) if one.score is not None else t("without a score")
    return Line(
        Entry(
            "check-square",
            name,
            _facts(own_name(one.name, one.name_local), form.time(one.answered_at)),
            scored,
            waits() if one.provisional else "",
            key=("partner", one.partner_id),
        )
    )


def _promise(form: Formats, one: PromiseRow, day: str, *, kept: bool = False) -> Line:
    name, _ = two_names(one.partner, one.partner_local)
    due = t("due {day}", day=form.day_short(one.due_on, date.fromisoformat(day)))
    return Line(
        Entry(
            "check-circle" if kept else "handshake",
            one.promised,
            name,
            "" if kept else due,
            waits() if one.provisional and not kept else "",
            "good" if kept else "secondary",
            key=("partner", one.partner_id),
        )
    )
