"""What the performance page shows: the person's choices, and every figure read in one snapshot. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from channeldesk.analytics.chart import ChartData, Label, SeriesRole
from channeldesk.analytics.mix import Concentration, concentration
from channeldesk.analytics.trend import against_target
from channeldesk.model.collation import shown_name, sort_key
from channeldesk.model.messages import N_
from channeldesk.queries import drill, mix, overdue, performance, reference
from channeldesk.queries.drill import Breakdown, Level, Step
from channeldesk.queries.mix import ChannelMix
from channeldesk.queries.overdue import OverdueSum
from channeldesk.queries.performance import AgainstTarget, PeriodFigures, RankedPartner, Ranking
from channeldesk.queries.periods import window
from channeldesk.queries.reference import Choice, PeriodChoice, TerritoryChoice
from channeldesk.queries.sales import Book, Scope
from channeldesk.rules.targets import growth, ratio

if TYPE_CHECKING:
    from sqlalchemy import Connection

Compare = Literal["both", "target", "last_year", "none"]
_PERIODS_OFFERED = 24


@dataclass(frozen=True)
class View:
    """What a person chose to see; the subject of the page, so that going back returns to it.

    ``scope`` None is the person's own territory, ``until`` None the current period, ``level`` None the next
    one below the scope.
    """

    scope: Scope | None = None
    until: str | None = None
    level: Level | None = None
    compare: Compare = "both"

    def into(self, scope: Scope) -> View:
        return replace(self, scope=scope, level=None)


@dataclass(frozen=True)
class LinesView:
    """Order lines behind a figure: ``figure`` minor units of ``currency``, and the view it was clicked in."""

    view: View
    scope: Scope
    period: str
    middle: str
    figure: int
    currency: str


@dataclass(frozen=True)
class Part:
    """A row of the ranking. Shares, attainment and growth in basis points; amounts in the answer's currency.

    ``series`` is net of the last twelve periods. ``target``, ``overdue`` None: there is none.
    """

    place: int
    scope: Scope
    name: str
    name_local: str | None
    channel: str | None
    channel_local: str | None
    net: int
    pending: int
    target: int | None
    attainment: int | None
    growth: int | None
    share: int | None
    series: tuple[int | None, ...]
    overdue: int | None


@dataclass(frozen=True)
class Answer:
    """Everything on the page, of one moment. ``selling``: how many partners sold something, per period of
    the ranking's line.
    """

    view: View
    scope: Scope
    level: Level
    levels: tuple[Level, ...]
    path: tuple[Step, ...]
    current: str | None
    territories: tuple[TerritoryChoice, ...]
    channels: tuple[Choice, ...]
    periods: tuple[PeriodChoice, ...]
    sales: AgainstTarget
    pace: int
    mix: ChannelMix
    parts: tuple[Part, ...]
    ranked: tuple[RankedPartner, ...]
    by_category: tuple[tuple[str, int], ...]
    overdue: OverdueSum
    partners: int
    selling: tuple[int | None, ...]

    @property
    def currency(self) -> str:
        return self.sales.currency

    @property
    def of_partner(self) -> bool:
        return self.scope.partner_id is not None

    def chart(self) -> ChartData:
        """Net sales by period with what the person wants to compare them with."""
        made = against_target(self.sales)
        hidden = {
            "target": {SeriesRole.LAST_YEAR},
            "last_year": {SeriesRole.TARGET},
            "none": {SeriesRole.TARGET, SeriesRole.LAST_YEAR},
        }.get(self.view.compare, set())
        note = Label(N_("The last period is still running: its bar is what was sold so far."))
        return replace(
            made,
            series=tuple(one for one in made.series if one.role not in hidden),
            footnote=note if self.sales.running else None,
        )

    @property
    def closed(self) -> tuple[PeriodFigures, ...]:
        """The periods shown that are over; growth is that of the last of them over the year before."""
        return self.sales.periods[:-1] if self.sales.running else self.sales.periods

    def growth_series(self) -> tuple[float | None, ...]:
        """Growth of each closed period on the year before, basis points."""
        return tuple(
            None if one.net is None or one.last_year is None else growth(one.net, one.last_year)
            for one in self.closed
        )

    def growth_of_year(self) -> int | None:
        """Growth over all closed periods shown that have a year before, basis points."""
        both = [
            (one.net, one.last_year)
            for one in self.closed
            if one.net is not None and one.last_year is not None
        ]
        return growth(sum(now for now, _ in both), sum(old for _, old in both)) if both else None

    def concentrations(self) -> tuple[Concentration, Concentration]:
        """Of partners and of channel types; of a single partner: of its categories, twice."""
        if self.of_partner:
            found = concentration(self.by_category)
            return found, found
        partners = concentration((one.partner, one.net) for one in self.ranked)
        return partners, concentration((one.key, one.net) for one in self.mix.types)

    def groups(self) -> Concentration:
        """Of the channel groups the mix shows; of a single partner: of its categories."""
        if self.of_partner:
            return concentration(self.by_category)
        return concentration((one.key, one.net) for one in self.mix.groups)


def load(connection: Connection, view: View, today: str | None = None, language: str = "en") -> Answer:
    """Read it all from one connection, so that every figure is of the same moment.

    How names are ordered in ``language`` is learnt here: a click on the heading has no time for it.
    """
    territories = reference.territories(connection)
    scope = _own(territories) if view.scope is None else view.scope
    book = performance.book_for(connection, scope, today, view.until)
    natural = drill.drill(connection, scope, None, 1, today, view.until, book)
    level = view.level or natural.level
    shown = window(connection, 1, today, view.until)
    sales = performance.against_target(connection, scope, today=today, until=view.until, book=book)
    ranking = performance.ranking(connection, scope, today, view.until, book=book)
    rates = performance.rates_for(connection, scope, shown)
    by_category: tuple[tuple[str, int], ...] = ()
    if scope.partner_id is not None:
        cut = drill.drill(connection, scope, "category", 1, today, view.until)
        by_category = tuple((one.name, one.net) for one in cut.parts)
    parts = _parts(connection, scope, level, natural, ranking, view, today, book)
    for name in _NAMES:
        ordered(parts, name, descending=False, language=language)
    return Answer(
        view=view,
        scope=scope,
        level=level,
        levels=_levels(scope, natural.level),
        path=natural.path,
        current=next((one.code for one in window(connection, 1, today).periods), None),
        territories=tuple(one for one in territories if one.partners),
        channels=reference.channel_types(connection),
        periods=_started(reference.periods(connection), shown.today.isoformat()),
        sales=sales,
        pace=shown.pace,
        mix=mix.channel_mix(connection, scope, today=today, until=view.until, book=book),
        parts=parts,
        ranked=ranking.rows,
        by_category=by_category,
        overdue=overdue.overdue(connection, scope, rates, today),
        partners=_partners(territories, scope, ranking),
        selling=_selling(ranking),
    )


def _selling(ranking: Ranking) -> tuple[int | None, ...]:
    columns = zip(*(one.series for one in ranking.rows), strict=True)
    return tuple(
        None if column.count(None) == len(column) else sum(1 for net in column if net and net > 0)
        for column in columns
    )


def _own(territories: Sequence[TerritoryChoice]) -> Scope:
    """The deepest territory that holds all partners of this laptop; the network where there is none."""
    total = sum(one.partners for one in territories if one.depth == 0)
    whole = [one for one in territories if one.partners == total and total]
    return Scope(territory_id=whole[-1].id) if whole else Scope()


def _started(periods: Sequence[PeriodChoice], today: str) -> tuple[PeriodChoice, ...]:
    return tuple(one for one in periods if one.starts_on <= today)[:_PERIODS_OFFERED]


def _levels(scope: Scope, natural: Level) -> tuple[Level, ...]:
    found: list[Level] = [natural] if natural == "territory" else []
    if scope.partner_id is None:
        found.append("partner")
        if scope.channel_type_id is None:
            found.append("channel_type")
    if scope.category is None or scope.partner_id is not None:
        found.append("category")
    return tuple(found)


def _partners(territories: Sequence[TerritoryChoice], scope: Scope, ranking: Ranking) -> int:
    """Partners of the scope: all of a territory; with a channel or category those with sales or a target."""
    if scope.channel_type_id or scope.partner_id or scope.category is not None or scope.direct:
        return ranking.partners
    if scope.territory_id is None:
        return sum(one.partners for one in territories if one.depth == 0)
    return next((one.partners for one in territories if one.id == scope.territory_id), 0)


def _parts(
    connection: Connection,
    scope: Scope,
    level: Level,
    natural: drill.Drill,
    ranking: Ranking,
    view: View,
    today: str | None,
    book: Book | None,
) -> tuple[Part, ...]:
    if level == "partner" and scope.partner_id is None:
        return tuple(_ranked(one, scope) for one in ranking.rows)
    cut = natural
    if level != natural.level:
        cut = drill.drill(connection, scope, level, 1, today, view.until, book)
    total = sum(max(0, one.net) for one in cut.parts)
    return tuple(_broken(place, one, total) for place, one in enumerate(cut.parts, 1))


def _ranked(one: RankedPartner, scope: Scope) -> Part:
    return Part(
        one.place,
        replace(scope, partner_id=one.partner_id),
        one.partner,
        one.partner_local,
        one.channel_type,
        one.channel_type_local,
        one.net,
        one.pending,
        one.target,
        one.attainment,
        one.growth,
        one.share,
        one.series,
        one.overdue,
    )


def _broken(place: int, one: Breakdown, total: int) -> Part:
    return Part(
        place,
        one.scope,
        one.name,
        one.name_local,
        None,
        None,
        one.net,
        one.pending,
        one.target,
        ratio(one.net, one.target) if one.target is not None else None,
        one.growth,
        ratio(max(0, one.net), total),
        one.series,
        None,
    )


def is_bottom(scope: Scope) -> bool:
    """Below a category of one partner there are only order lines."""
    return scope.partner_id is not None and scope.category is not None


_SORTS: dict[str, Callable[[Part], Any]] = {
    "place": lambda part: part.place,
    "net": lambda part: part.net,
    "attainment": lambda part: part.attainment,
    "growth": lambda part: part.growth,
    "share": lambda part: part.share,
    "overdue": lambda part: part.overdue,
}


_NAMES: dict[str, Callable[[Part], tuple[str | None, str | None]]] = {
    "name": lambda part: (part.name, part.name_local),
    "channel": lambda part: (part.channel, part.channel_local),
}


def ordered(parts: Sequence[Part], sort: str, descending: bool, language: str = "en") -> list[Part]:
    """By a column, missing values last; "" keeps the ranking's own order, by net sales."""
    take = _SORTS.get(sort)
    if sort in _NAMES:
        names = _NAMES[sort]

        def take(part: Part) -> str | None:
            return sort_key(shown_name(*names(part), language), language)

    if take is None:
        return list(parts)
    known = [one for one in parts if take(one) is not None]
    missing = [one for one in parts if take(one) is None]
    return sorted(known, key=take, reverse=descending) + missing
