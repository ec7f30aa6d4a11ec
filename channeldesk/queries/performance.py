"""Sales against target, ranking, mix, and the drill from the network down to the rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from channeldesk.model.notice import Money
from channeldesk.queries import clock, credit, currency, order_lines, targets
from channeldesk.queries.periods import Window, window
from channeldesk.queries.sales import Book, Scope, read_book, sums, where
from channeldesk.queries.views import ALL, ListView
from channeldesk.rules.calendar import Period
from channeldesk.rules.targets import Progress, growth, progress, ratio

MONTHS = 12


@dataclass(frozen=True)
class PeriodFigures:
    """One fiscal period; amounts in the currency of the answer. ``middle`` is a day in the middle of it.

    ``net`` contains ``pending`` (not confirmed by headquarters); None before the first sale ever, which is
    not zero. ``target`` and ``last_year`` None: there is none.
    """

    code: str
    name: str
    middle: str
    net: int | None
    pending: int
    target: int | None
    last_year: int | None


@dataclass(frozen=True)
class AgainstTarget:
    """Sales of a scope over successive periods; the last is the current one, ``running`` while it lasts.

    ``progress`` compares the current period with its target; ``growth`` (basis points) is that of the last
    closed period over the year before, at constant currency.
    """

    scope: Scope
    currency: str
    periods: tuple[PeriodFigures, ...]
    running: bool
    progress: Progress | None
    growth: int | None
    not_comparable: tuple[Money, ...]
    as_of: int | None

    @property
    def current(self) -> PeriodFigures | None:
        return self.periods[-1] if self.periods else None


def against_target(
    connection: sa.Connection,
    scope: Scope | None = None,
    count: int = MONTHS,
    today: str | None = None,
    until: str | None = None,
    book: Book | None = None,
) -> AgainstTarget:
    """``count`` periods up to the current one (or up to the period with code ``until``)."""
    chosen = scope or Scope()
    shown = window(connection, count, today, until)
    rates = rates_for(connection, chosen, shown)
    before = {one.code: old.code for one, old in zip(shown.periods, shown.last_year, strict=True) if old}
    found = sums(connection, chosen, "period", [*shown.codes, *before.values()], rates, book)
    agreed = targets.by_period(connection, chosen, shown.codes, rates)
    figures = []
    earlier = (found.nets.get(code, {}) for code in before.values() if code not in shown.codes)
    started = any(net for nets in earlier for net in nets.values())
    for one in shown.periods:
        started = started or one.code in found.nets
        now = found.of(one.code, [one.code])
        old = before.get(one.code, "")
        last = found.of(old, [old]).net if old in found.nets else None
        net = now.net if started else None
        figures.append(_figures(one, net, now.pending, agreed.get(one.code), last))
    return AgainstTarget(
        chosen,
        rates.target,
        tuple(figures),
        shown.running,
        _progress(figures, shown),
        _growth(figures, shown),
        found.not_comparable,
        clock.as_of(connection),
    )


def book_for(
    connection: sa.Connection, scope: Scope, today: str | None = None, until: str | None = None
) -> Book | None:
    """What all figures of a scope up to a period are summed from; None of a category, which has its own."""
    if scope.category is not None:
        return None
    shown = window(connection, MONTHS, today, until)
    codes = [*shown.codes, *(one.code for one in shown.last_year if one is not None)]
    return read_book(connection, scope, dict.fromkeys(codes), rates_for(connection, scope, shown))


def rates_for(connection: sa.Connection, scope: Scope, shown: Window) -> currency.Rates:
    """Rates of the newest day shown, into the partner's currency or the company's."""
    target = currency.reporting(connection)
    if scope.partner_id is not None:
        sql = sa.text("SELECT currency FROM partner WHERE id = :id")
        target = connection.execute(sql, {"id": scope.partner_id}).scalar() or target
    last = min(shown.current.ends_on, shown.today) if shown.current else shown.today
    return currency.rates(connection, target, last.isoformat())


def _figures(
    one: Period, net: int | None, pending: int, target: int | None, last: int | None
) -> PeriodFigures:
    return PeriodFigures(one.code, one.name, middle(one), net, pending, target, last)


def middle(period: Period) -> str:
    """A day whose month names the period: fiscal months start and end within the months around."""
    return date.fromordinal((period.starts_on.toordinal() + period.ends_on.toordinal()) // 2).isoformat()


def _progress(figures: Sequence[PeriodFigures], shown: Window) -> Progress | None:
    if not figures or figures[-1].target is None:
        return None
    return progress(figures[-1].net or 0, figures[-1].target, shown.pace)


def _growth(figures: Sequence[PeriodFigures], shown: Window) -> int | None:
    closed = figures[:-1] if shown.running else figures
    if not closed or closed[-1].net is None or closed[-1].last_year is None:
        return None
    return growth(closed[-1].net, closed[-1].last_year)


@dataclass(frozen=True)
class RankedPartner:
    """A partner's place by net sales in the current period.

    ``attainment``, ``growth`` (against the same period of last year, up to the same trading time only if the
    period has ended) and ``share`` are in basis points; ``series`` is net of the last twelve periods, the
    current one last, None before the first sale.
    """

    place: int
    partner_id: bytes
    partner: str
    partner_local: str | None
    channel_type: str | None
    channel_type_local: str | None
    net: int
    pending: int
    target: int | None
    attainment: int | None
    growth: int | None
    share: int | None
    series: tuple[int | None, ...]
    overdue: int | None


@dataclass(frozen=True)
class Ranking:
    """Partners with sales or a target, best first. ``pace``: the attainment that would be right by now."""

    currency: str
    period: str | None
    period_name: str | None
    pace: int
    rows: tuple[RankedPartner, ...]
    partners: int
    as_of: int | None


_PARTNERS = """
SELECT p.id, p.name, p.name_local, c.name AS channel_type,
       c.name_local AS channel_type_local, p.currency
FROM partner p LEFT JOIN channel_type c ON c.id = p.channel_type_id WHERE {kept}
"""


def ranking(
    connection: sa.Connection,
    scope: Scope | None = None,
    today: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    book: Book | None = None,
) -> Ranking:
    """Partners of a scope by net sales of the current period (or of ``until``)."""
    chosen = scope or Scope()
    shown = window(connection, MONTHS, today, until)
    rates = rates_for(connection, chosen, shown)
    closed = shown.periods[:-1] if shown.running else shown.periods
    compared = closed[-1] if closed else None
    old = shown.last_year[shown.periods.index(compared)] if compared else None
    line = shown.codes
    found = sums(connection, chosen, "partner", [*line, *([old.code] if old else [])], rates, book)
    current = line[-1:]
    agreed = targets.by_partner(connection, chosen, current, rates)
    late = credit.late(connection, shown.today.isoformat())
    binds: dict[str, object] = {}
    sql = sa.text(_PARTNERS.format(kept=where(replace(chosen, category=None), binds)))
    partners = connection.execute(sql, binds).all()
    sold = {row.id: found.of(row.id, current) for row in partners}
    total = sum(max(0, one.net) for one in sold.values())
    ranked = []
    for row in partners:
        now = sold[row.id]
        target = agreed.get((row.id, current[0])) if current else None
        series = found.series(row.id, line)
        if not now.net and target is None and not any(series):
            continue
        nets = found.nets.get(row.id, {})
        grown = None
        if compared is not None and old is not None:
            grown = growth(nets.get(compared.code, 0), nets.get(old.code, 0))
        owed = late.get((row.id, row.currency))
        overdue = rates.convert(owed.amount, row.currency) if owed else None
        ranked.append((now.net, row, now, target, grown, series, overdue))
    ranked.sort(key=lambda one: (-one[0], one[1].name, one[1].id))
    rows = tuple(
        RankedPartner(
            place,
            row.id,
            row.name,
            row.name_local,
            row.channel_type,
            row.channel_type_local,
            net,
            now.pending,
            target,
            ratio(net, target) if target is not None else None,
            grown,
            round(max(0, net) * 10_000 / total) if total else None,
            series,
            overdue or None,
        )
        for place, (net, row, now, target, grown, series, overdue) in enumerate(ranked[:limit], 1)
    )
    newest = shown.current
    return Ranking(
        rates.target,
        newest.code if newest else None,
        newest.name if newest else None,
        shown.pace,
        rows,
        len(ranked),
        clock.as_of(connection),
    )


def rows_behind(
    connection: sa.Connection,
    scope: Scope,
    first_period: str,
    last_period: str | None = None,
    view: ListView = ALL,
) -> array[int]:
    """Keys of the order lines whose net adds up to the sales of ``scope`` in these periods.

    Rows are read with ``order_lines.rows``.
    """
    first, last = _days(connection, first_period, last_period or first_period)
    return order_lines.keys(connection, view, scope, first, last)


def sums_behind(
    connection: sa.Connection, scope: Scope, period: str, view: ListView = ALL
) -> order_lines.LineSums:
    """How many of the rows behind a figure a view lets through, and their net by currency."""
    first, last = _days(connection, period, period)
    return order_lines.shown(connection, view, scope, first, last)


def explain(
    connection: sa.Connection, scope: Scope, first_period: str, last_period: str | None = None
) -> tuple[Money, ...]:
    """What the rows behind a figure add up to, by currency: the figure itself, or something is wrong."""
    first, last = _days(connection, first_period, last_period or first_period)
    return tuple(Money(net, code) for code, net in order_lines.total(connection, scope, first, last).items())


def _days(connection: sa.Connection, first: str, last: str) -> tuple[str, str]:
    sql = sa.text("SELECT min(starts_on), max(ends_on) FROM fiscal_period WHERE code IN (:first, :last)")
    row = connection.execute(sql, {"first": first, "last": last}).one()
    return row[0] or "", row[1] or ""
