"""Net sales: confirmed lines from the summaries, plus the lines that wait for headquarters.

Every figure of sales in the program comes through here, so that two pages never disagree. Amounts are net of
tax, returns negative, in the period of the order's date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson
import sqlalchemy as sa

from channeldesk.model.notice import Money
from channeldesk.queries import pending
from channeldesk.queries.currency import Rates

By = Literal["period", "partner", "territory", "channel_type", "category"]
_KEYS: dict[By, str] = {
    "period": "x.period",
    "partner": "x.partner_id",
    "territory": "p.territory_id",
    "channel_type": "p.channel_type_id",
    "category": "x.category",
}

_ATOM = "CASE WHEN x.currency <> :target THEN x.partner_id END"
"""What is converted in one piece, a partner's period: so all totals are sums of the same numbers."""


@dataclass(frozen=True)
class Scope:
    """Whose sales: everything by default. A territory includes all below it, unless ``direct``."""

    territory_id: bytes | None = None
    channel_type_id: bytes | None = None
    partner_id: bytes | None = None
    category: str | None = None
    direct: bool = False


class Sales(NamedTuple):
    """A sum in one currency. ``pending`` is the part of ``net`` that headquarters has not confirmed."""

    net: int = 0
    pending: int = 0


Amounts = Mapping[Any, Mapping[str, int]]
"""By key and period; what has no sales is absent, which is not zero."""


@dataclass(frozen=True)
class Sums:
    """Sales by key and period in one currency: ``nets``, and the part of them that headquarters has not
    confirmed. ``not_comparable`` has no rate and is not in them.
    """

    currency: str
    nets: Amounts
    pending: Amounts
    not_comparable: tuple[Money, ...] = ()

    def of(self, key: Any, periods: Iterable[str]) -> Sales:
        nets, pending = self.nets.get(key, {}), self.pending.get(key)
        codes = list(periods)
        waiting = sum([pending.get(code, 0) for code in codes]) if pending else 0
        return Sales(sum([nets.get(code, 0) for code in codes]), waiting)

    def series(self, key: Any, periods: Iterable[str]) -> tuple[int | None, ...]:
        """Net of one key over successive periods, None before its first sale."""
        nets = self.nets.get(key, {})
        values = [nets.get(code) for code in periods]
        if None in values:
            first = next((at for at, one in enumerate(values) if one is not None), len(values))
            values[first:] = [one or 0 for one in values[first:]]
        return tuple(values)


def where(scope: Scope, binds: dict[str, Any], *, partner: str = "p", category: str = "x.category") -> str:
    """SQL that keeps the rows of a scope, over a partner alias and a category column."""
    parts = []
    if scope.partner_id is not None:
        parts.append(f"{partner}.id = :scope_partner")
        binds["scope_partner"] = scope.partner_id
    if scope.channel_type_id is not None:
        parts.append(f"{partner}.channel_type_id = :scope_channel")
        binds["scope_channel"] = scope.channel_type_id
    if scope.territory_id is not None:
        below = ":scope_territory" if scope.direct else BELOW
        parts.append(f"{partner}.territory_id IN ({below})")
        binds["scope_territory"] = scope.territory_id
    if scope.category is not None:
        parts.append(f"{category} = :scope_category")
        binds["scope_category"] = scope.category
    return " AND ".join(parts) or "1"


BELOW = """
SELECT b.id FROM territory a JOIN territory b ON substr(b.path, 1, length(a.path)) = a.path
WHERE a.id = :scope_territory
"""


def sums(
    connection: sa.Connection,
    scope: Scope,
    by: By,
    periods: Iterable[str],
    rates: Rates,
    book: Book | None = None,
) -> Sums:
    """Net sales of ``scope`` by ``by`` and period, converted to the currency of ``rates``.

    ``book``: of the same scope and rates and at least these periods, where a page has read it already.
    """
    codes = tuple(dict.fromkeys(periods))
    if scope.category is not None or by == "category":
        return _from_categories(connection, scope, by, codes, rates)
    return (book or read_book(connection, scope, codes, rates)).by(by, codes)


@dataclass(frozen=True)
class Book:
    """What each partner of a scope bought in each period, and the unconfirmed part of it.

    Read once, it is summed by whatever a page shows. ``left`` has no rate, by period and currency.
    """

    currency: str
    partners: Sequence[Bought]
    left: Mapping[str, Mapping[str, int]]

    def by(self, by: By, periods: Sequence[str]) -> Sums:
        left: dict[str, int] = {}
        for period in periods:
            for currency, amount in self.left.get(period, {}).items():
                left[currency] = left.get(currency, 0) + amount
        nets, pending = (
            self._grouped(by, periods, [(one, getattr(one, kind)) for one in self.partners])
            for kind in ("net", "pending")
        )
        return Sums(self.currency, nets, pending, _money(left))

    @staticmethod
    def _grouped(
        by: By, periods: Sequence[str], bought: Iterable[tuple[Bought, Mapping[str, int]]]
    ) -> Amounts:
        every = [(one, amounts) for one, amounts in bought if amounts]
        if by == "partner":
            return {one.partner: amounts for one, amounts in every}
        sums: dict[Any, dict[str, int]] = {}
        for one, amounts in every:
            into = sums.setdefault(None if by == "period" else getattr(one, by), defaultdict(int))
            for period, amount in amounts.items():
                into[period] += amount
        found = {key: {period: of[period] for period in periods if period in of} for key, of in sums.items()}
        if by == "period":
            return {period: {period: amount} for period, amount in found.get(None, {}).items()}
        return found


class Bought(NamedTuple):
    """Of one partner, with where it belongs: its net sales by period."""

    partner: bytes
    territory: bytes | None
    channel_type: bytes | None
    net: Mapping[str, int]
    pending: Mapping[str, int]


_BOOK = """
SELECT p.id AS partner, p.territory_id AS territory, p.channel_type_id AS channel_type,
       (SELECT json_group_object(x.period, x.net) FROM sales_by_period x
        WHERE x.partner_id = p.id AND x.currency = :target AND +x.period IN ({listed})) AS own,
       (SELECT json_group_array(json_array(x.period, x.currency, x.net)) FROM sales_by_period x
        WHERE x.partner_id = p.id AND x.currency <> :target AND +x.period IN ({listed})) AS others
FROM partner p WHERE {kept}
"""
"""A partner's periods are a text: fetched one by one, each would take the lock of the window's thread. What
is in the currency of the answer needs no look of its own.
"""
_NOTHING = "[]"
_BOOK_PENDING = """
SELECT x.partner_id, x.period, x.currency, sum(x.net) FROM ({lines}) x JOIN partner p ON p.id = x.partner_id
WHERE x.period IN ({listed}) AND {kept} GROUP BY 1, 2, 3
"""


def read_book(connection: sa.Connection, scope: Scope, periods: Iterable[str], rates: Rates) -> Book:
    """Of a scope without a category."""
    binds, listed = _listed(periods)
    kept = where(scope, binds)
    waiting: dict[bytes, list[tuple[str, str, int]]] = {}
    sql = _BOOK_PENDING.format(lines=pending.LINES, listed=listed, kept=kept)
    for partner, period, currency, net in connection.execute(sa.text(sql), binds):
        waiting.setdefault(partner, []).append((period, currency, net))
    partners = []
    left: dict[str, dict[str, int]] = {}
    sql = _BOOK.format(listed=listed, kept=kept)
    binds["target"] = rates.target
    for partner, territory, channel_type, own, others in connection.execute(sa.text(sql), binds).all():
        bought: dict[str, int] = orjson.loads(own)
        if others == _NOTHING and partner not in waiting:
            partners.append(Bought(partner, territory, channel_type, bought, {}))
            continue
        amounts: Iterable[Sequence[Any]] = [
            *((period, rates.target, net) for period, net in bought.items()),
            *orjson.loads(others),
        ]
        unconfirmed: dict[str, int] = {}
        if partner in waiting:
            amounts = _with(amounts, waiting[partner])
            for period, currency, net in waiting[partner]:
                unconfirmed[period] = unconfirmed.get(period, 0) + (rates.convert(net, currency) or 0)
        bought = {}
        for period, currency, amount in amounts:
            converted = amount if currency == rates.target else rates.convert(amount, currency)
            if converted is None:
                of = left.setdefault(period, {})
                of[currency] = of.get(currency, 0) + amount
            else:
                bought[period] = bought[period] + converted if period in bought else converted
        partners.append(Bought(partner, territory, channel_type, bought, unconfirmed))
    return Book(rates.target, partners, left)


def _with(
    confirmed: Iterable[Sequence[Any]], unconfirmed: Iterable[tuple[str, str, int]]
) -> Iterable[Sequence[Any]]:
    """A period's amount in one currency is converted in one piece."""
    both: dict[tuple[str, str], int] = {}
    for period, currency, amount in (*confirmed, *unconfirmed):
        both[period, currency] = both.get((period, currency), 0) + amount
    return [(period, currency, amount) for (period, currency), amount in both.items()]


def _from_categories(
    connection: sa.Connection, scope: Scope, by: By, periods: Sequence[str], rates: Rates
) -> Sums:
    binds, listed = _listed(periods)
    kept = where(scope, binds)
    binds["target"] = rates.target
    key = _KEYS[by]
    sql = f"""
    SELECT key, period, currency, sum(net) AS net, sum(pending) AS pending FROM (
        SELECT {key} AS key, x.period, x.currency, {_ATOM} AS atom, x.net, 0 AS pending
        FROM sales_by_category x JOIN partner p ON p.id = x.partner_id
        WHERE x.period IN ({listed}) AND {kept}
        UNION ALL
        SELECT {key}, x.period, x.currency, {_ATOM}, x.net, x.net
        FROM ({pending.LINES}) x JOIN partner p ON p.id = x.partner_id
        WHERE x.period IN ({listed}) AND {kept})
    GROUP BY key, period, currency, atom
    """
    left: dict[str, int] = {}
    nets: dict[Any, dict[str, int]] = {}
    waiting: dict[Any, dict[str, int]] = {}
    for its_key, period, currency, amount, unconfirmed in connection.execute(sa.text(sql), binds).all():
        net = rates.convert(amount, currency)
        if net is None:
            left[currency] = left.get(currency, 0) + amount
            continue
        _add(nets, its_key, period, net)
        if unconfirmed:
            _add(waiting, its_key, period, rates.convert(unconfirmed, currency) or 0)
    return Sums(rates.target, nets, waiting, _money(left))


def _add(sums: dict[Any, dict[str, int]], key: Any, period: str, amount: int) -> None:
    of = sums.setdefault(key, {})
    of[period] = of.get(period, 0) + amount


def _money(left: Mapping[str, int]) -> tuple[Money, ...]:
    return tuple(Money(amount, code) for code, amount in left.items())


def _listed(periods: Iterable[str]) -> tuple[dict[str, Any], str]:
    """Period codes as parameters, and the list of them for ``IN``."""
    binds: dict[str, Any] = {f"c{at}": code for at, code in enumerate(periods)}
    return binds, ", ".join(f":{name}" for name in binds) or "NULL"


def own_currency(connection: sa.Connection, *spans: Iterable[str]) -> tuple[dict[bytes, int], ...]:
    """Net sales of every partner over the periods of each span, in its own currency; who had none in a span
    is absent from it.
    """
    codes = [tuple(span) for span in spans]
    binds, listed = _listed(dict.fromkeys(code for span in codes for code in span))
    named = {code: name for name, code in binds.items()}
    parts = []
    for span in codes:
        within = ", ".join(f":{named[code]}" for code in span) or "NULL"
        parts.append(f"sum(CASE WHEN x.period IN ({within}) THEN x.net END)")
    sql = f"""
    SELECT x.partner_id, {", ".join(parts)} FROM (
        SELECT partner_id, currency, period, net FROM sales_by_period WHERE period IN ({listed})
        UNION ALL
        SELECT partner_id, currency, period, net FROM ({pending.LINES}) WHERE period IN ({listed})) x
    JOIN partner p ON p.id = x.partner_id AND p.currency = x.currency GROUP BY 1
    """
    found = connection.execute(sa.text(sql), binds).all()
    return tuple({row[0]: row[at] for row in found if row[at] is not None} for at in range(1, len(codes) + 1))
