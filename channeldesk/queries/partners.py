"""The list of partners with the figures people sort them by."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, credit, kept, marks, pending, periods
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.views import (
    ALL,
    Column,
    ColumnType,
    ListSpec,
    ListView,
    counted,
    entry_of,
    ordered_keys,
    page,
)

_BOOKED = """LEFT JOIN sales_by_period booked
ON booked.partner_id = p.id AND booked.period = :period AND booked.currency = p.currency"""
_WAITING = f"""LEFT JOIN (
SELECT y.partner_id, y.currency, sum(y.net) AS net FROM ({pending.LINES}) y WHERE y.period = :period
GROUP BY 1, 2) waiting ON waiting.partner_id = p.id AND waiting.currency = p.currency"""
SALES = "coalesce(booked.net, 0) + coalesce(waiting.net, 0)"
STOCK_DAYS = """(
SELECT CASE WHEN d.sold > 0 THEN max(0, d.held) * :stock_days / d.sold END FROM (
  SELECT (SELECT sum(s.quantity) FROM stock_position s WHERE s.partner_id = p.id) AS held,
         (SELECT sum(x.quantity) FROM sales_by_category x
          WHERE x.partner_id = p.id AND x.period IN (:stock_p1, :stock_p2, :stock_p3)) AS sold) d)"""
LAST_VISIT = "(SELECT max(v.visited_on) FROM visit v WHERE v.partner_id = p.id)"
NEVER_VISITED = 9_999
"""Days that stand for "never" where partners are filtered and sorted by their last visit."""
VISIT_DAYS = f"""coalesce(CAST(julianday(:today) - julianday({LAST_VISIT}) AS INTEGER), {NEVER_VISITED})"""

PLACED = "(p.latitude IS NOT NULL AND p.longitude IS NOT NULL)"
"""Whether the partner can stand on a map."""

_TYPE = ("channel_type",)
SPEC = ListSpec(
    key="p.rowid",
    source="partner p",
    default_sort="name",
    search=entry_of("partner", "p.id"),
    tie="p.rowid",
    joins={
        "channel_type": "LEFT JOIN channel_type ON channel_type.id = p.channel_type_id",
        "tier": "LEFT JOIN tier ON tier.id = p.tier_id",
        "territory": "LEFT JOIN territory ON territory.id = p.territory_id",
        "booked": _BOOKED,
        "waiting": _WAITING,
        "owed": credit.OWED,
        "accepted": credit.ACCEPTED,
        "asked": credit.PENDING,
        "paid": credit.ON_ACCOUNT,
    },
    columns={
        "name": Column("p.name", required=True, also="p.name_local"),
        "name_local": Column("p.name_local"),
        "code": Column("p.code", code=True),
        "city": Column("p.city"),
        "type": Column("channel_type.name", needs=_TYPE, also="channel_type.name_local"),
        "type_code": Column("channel_type.code", ColumnType.CHOICE, needs=_TYPE),
        "mix_group": Column("channel_type.mix_group", ColumnType.CHOICE, needs=_TYPE),
        "tier": Column("tier.name", needs=("tier",), also="tier.name_local"),
        "tier_rank": Column("tier.rank_number", ColumnType.INTEGER, needs=("tier",)),
        "stage": Column("p.stage", ColumnType.CHOICE, required=True),
        "territory": Column("territory.name", needs=("territory",)),
        "territory_code": Column("territory.code", ColumnType.CHOICE, needs=("territory",)),
        "currency": Column("p.currency", ColumnType.CHOICE, required=True),
        "sales": Column(SALES, ColumnType.MONEY, "p.currency", ("booked", "waiting"), unsure="waiting.net"),
        "overdue": Column(credit.OVERDUE, ColumnType.MONEY, "p.currency", ("owed",)),
        "credit_left": Column(
            credit.LEFT,
            ColumnType.MONEY,
            "p.currency",
            ("owed", "accepted", "asked", "paid"),
            unsure="asked.amount",
        ),
        "stock_days": Column(STOCK_DAYS, ColumnType.INTEGER),
        "last_visit": Column(LAST_VISIT, ColumnType.DAY),
        "visit_days": Column(
            VISIT_DAYS, ColumnType.INTEGER, required=True, figure=f"nullif({VISIT_DAYS}, {NEVER_VISITED})"
        ),
        "placed": Column(PLACED, ColumnType.FLAG),
        "provisional": Column(marks.provisional_among("partner", "p"), ColumnType.FLAG),
        "needs_decision": Column(marks.needs_decision("partner", "p"), ColumnType.FLAG),
    },
)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One line of the list; amounts in ``currency``.

    ``sales`` of the current period contains ``sales_pending``; ``overdue`` is None where the role may not see
    it or nothing is; ``credit_left`` None: no limit agreed or not visible, ``credit_pending`` what of it is
    taken by orders that headquarters has not judged. ``stock_days``: what is there at the pace of the last
    three periods' purchases; None: unknown.
    """

    key: int
    id: bytes
    code: str | None
    name: str
    name_local: str | None
    channel_type: str | None
    channel_type_local: str | None
    mix_group: str | None
    tier: str | None
    tier_local: str | None
    stage: str
    city: str | None
    territory: str | None
    currency: str
    sales: int
    sales_pending: int
    overdue: int | None
    overdue_days: int | None
    credit_limit: int | None
    credit_left: int | None
    credit_pending: int
    stock_days: int | None
    last_visit: str | None
    visit_days: int | None
    placed: bool
    provisional: bool
    needs_decision: bool


def keys(connection: sa.Connection, view: ListView = ALL, today: str | None = None) -> array[int]:
    """Row numbers of the partners to show, in order."""
    day = today or clock.today(connection)
    return ordered_keys(connection, SPEC, view, params=stock_params(connection, day), today=day)


def figures(
    connection: sa.Connection, keys: Sequence[int], columns: Asked, today: str | None = None
) -> dict[str, Measures]:
    """What columns come to over the partners of ``keys``."""
    day = today or clock.today(connection)
    return column_figures(connection, SPEC, keys, columns, {"today": day, **stock_params(connection, day)})


_ROWS = f"""
SELECT p.rowid AS key, p.id, p.code, p.name, p.name_local, p.stage, p.city, p.currency, p.credit_limit,
       channel_type.name AS channel_type, channel_type.name_local AS channel_type_local,
       channel_type.mix_group, tier.name AS tier, tier.name_local AS tier_local, territory.name AS territory,
       {SALES} AS sales, coalesce(waiting.net, 0) AS sales_pending,
       {credit.OVERDUE} AS overdue, owed.since AS overdue_since, {credit.LEFT} AS credit_left,
       coalesce(asked.amount, 0) AS credit_pending, {STOCK_DAYS} AS stock_days, {LAST_VISIT} AS last_visit,
       {PLACED} AS placed, {marks.provisional("partner", "p")} AS provisional,
       {marks.needs_decision("partner", "p")} AS needs_decision
FROM json_each(:keys) k CROSS JOIN partner p ON p.rowid = k.value
LEFT JOIN channel_type ON channel_type.id = p.channel_type_id
LEFT JOIN tier ON tier.id = p.tier_id
LEFT JOIN territory ON territory.id = p.territory_id
{_BOOKED} {_WAITING} {credit.OWED} {credit.ACCEPTED} {credit.PENDING} {credit.ON_ACCOUNT}
"""


def rows(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> list[PartnerRow]:
    """The partners of ``keys``, in their order."""
    day = today or clock.today(connection)
    return [
        PartnerRow(
            key=row.key,
            id=row.id,
            code=row.code,
            name=row.name,
            name_local=row.name_local,
            channel_type=row.channel_type,
            channel_type_local=row.channel_type_local,
            mix_group=row.mix_group,
            tier=row.tier,
            tier_local=row.tier_local,
            stage=row.stage,
            city=row.city,
            territory=row.territory,
            currency=row.currency,
            sales=row.sales,
            sales_pending=row.sales_pending,
            overdue=row.overdue,
            overdue_days=credit.days_since(row.overdue_since, day) if row.overdue else None,
            credit_limit=row.credit_limit,
            credit_left=row.credit_left,
            credit_pending=row.credit_pending,
            stock_days=row.stock_days,
            last_visit=row.last_visit,
            visit_days=credit.days_since(row.last_visit, day),
            placed=bool(row.placed),
            provisional=bool(row.provisional),
            needs_decision=bool(row.needs_decision),
        )
        for row in page(connection, _ROWS, keys, {"today": day, **stock_params(connection, day)})
    ]


@dataclass(frozen=True)
class PartnersSummary:
    """What stands beside the title: how many there are, which period the sales are of, how old it all is.

    ``kept``: how many territories were chosen for this laptop; None: nobody chose, it keeps everything.
    """

    count: int
    currency: str
    period: str | None
    period_name: str | None
    as_of: int | None
    kept: int | None = None


def summary(connection: sa.Connection, today: str | None = None) -> PartnersSummary:
    from channeldesk.queries.currency import reporting

    current = periods.window(connection, 1, today).current
    chosen = kept.read(connection)
    return PartnersSummary(
        int(connection.execute(sa.text("SELECT count(*) FROM partner")).scalar_one()),
        reporting(connection),
        current.code if current else None,
        current.name if current else None,
        clock.as_of(connection),
        None if chosen is None else len(chosen),
    )


def view_counts(
    connection: sa.Connection, views: Sequence[ListView], today: str | None = None
) -> tuple[int, ...]:
    """How many partners each view shows."""
    day = today or clock.today(connection)
    params = stock_params(connection, day)
    return tuple(counted(connection, SPEC, one, params=params, today=day) for one in views)


def overdue_of(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> dict[str, int]:
    """What the partners of ``keys`` owe that is past due, by currency."""
    sums: dict[str, int] = {}
    for row in rows(connection, keys, today):
        if row.overdue:
            sums[row.currency] = sums.get(row.currency, 0) + row.overdue
    return sums


def by_code(connection: sa.Connection, code: str) -> bytes | None:
    """The partner with this code, whatever its case."""
    found = connection.execute(
        sa.text("SELECT id FROM partner WHERE code = :code OR upper(code) = upper(:code) LIMIT 1"),
        {"code": code},
    ).scalar()
    return None if found is None else bytes(found)


def stock_params(connection: sa.Connection, day: str) -> dict[str, object]:
    """The current period, and the three closed ones before it that say how fast stock goes."""
    window = periods.window(connection, 4, day)
    before = window.periods[:-1]
    days = (before[-1].ends_on - before[0].starts_on).days + 1 if before else 0
    codes = [one.code for one in before] + [""] * 3
    return {
        "period": window.current.code if window.current else "",
        "stock_days": days,
        "stock_p1": codes[0],
        "stock_p2": codes[1],
        "stock_p3": codes[2],
    }
