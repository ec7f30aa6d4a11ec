"""Showing what the window shows: lists, one row, figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from channeldesk.cli import exit_codes
from channeldesk.cli.order import partner_of
from channeldesk.cli.output import Output, plain
from channeldesk.cli.profile import opened
from channeldesk.model.messages import N_
from channeldesk.model.notice import Problem
from channeldesk.queries.views import ListView
from channeldesk.rules.words import STATUS_NAMES

if TYPE_CHECKING:
    from channeldesk.desk import Desk


def run(asked: argparse.Namespace, output: Output) -> int:
    """One of the lists, or one row by its code."""
    with opened(asked, output) as desk:
        shown: dict[str, Callable[[Desk, argparse.Namespace, Output], None]] = {
            "performance": _performance,
            "inbox": _inbox,
            "partner": _partner,
            "order": _order,
        }
        shown.get(asked.what, _list)(desk, asked, output)
    return exit_codes.OK


def _view(asked: argparse.Namespace, output: Output) -> ListView:
    filters = []
    for text in asked.filter:
        column, equals, typed = text.partition("=")
        if not equals:
            raise Problem.of("cli.bad_filter", text=text)
        filters.append((column, typed))
    return ListView(filters, asked.sort, asked.descending, asked.search, output.translator.language)


def _list(desk: Desk, asked: argparse.Namespace, output: Output) -> None:
    from channeldesk.queries import orders, partners, stock, visits

    view = _view(asked, output)
    only = partner_of(desk, asked.partner) if asked.partner else None
    specs = {"partners": partners.SPEC, "orders": orders.SPEC, "stock": stock.SPEC, "visits": visits.SPEC}
    for column in [*(name for name, _ in view.filters), *([view.sort] if view.sort else [])]:
        if column not in specs[asked.what].columns:
            known = ", ".join(specs[asked.what].columns)
            raise Problem.of("cli.unknown_column", column=column, known=known)
    rows: Sequence[Any]
    match asked.what:
        case "partners":
            keys = desk.ask(partners.keys, view)
            rows = desk.ask(partners.rows, _first(keys, asked.limit))
            table = _PARTNERS
        case "orders":
            keys = desk.ask(orders.keys, view, only)
            rows = desk.ask(orders.rows, _first(keys, asked.limit))
            table = _ORDERS
        case "stock":
            keys = desk.ask(stock.keys, view, only)
            rows = desk.ask(stock.rows, _first(keys, asked.limit))
            table = _STOCK
        case _:
            keys = desk.ask(visits.keys, view, only)
            rows = desk.ask(visits.rows, _first(keys, asked.limit))
            table = _VISITS
    heads = [output.t(head) for head, _, _ in table]
    right = frozenset(at for at, (_, figure, _) in enumerate(table) if figure)
    output.table(heads, [[cell(row, output) for _, _, cell in table] for row in rows], right)
    output.say(output.t("{shown} of {count} shown", shown=len(rows), count=len(keys)))
    output.result({"what": asked.what, "count": len(keys), "rows": [_without_key(row) for row in rows]})


def _first(keys: Sequence[int], limit: int) -> Sequence[int]:
    return keys[:limit] if limit > 0 else keys


def _without_key(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = plain(row)
    found.pop("key", None)
    return found


def _money(amount: int | None, row: Any, out: Output) -> str:
    return "–" if amount is None else out.translator.formats.money(amount, row.currency, whole=True)


def _day(day: str | None, out: Output) -> str:
    return out.translator.formats.day(day) if day else "–"


def _instant(at: int | None, out: Output) -> str:
    return out.translator.formats.instant(at) if at else "–"


Cell = tuple[str, bool, Callable[[Any, Output], str]]
"""Heading, whether it is a figure, and what stands in a row."""
_MARK: Cell = ("", False, lambda row, out: "*" if row.provisional else "")
_PARTNERS: list[Cell] = [
    (N_("Code"), False, lambda row, out: row.code or ""),
    (N_("Partner"), False, lambda row, out: row.name),
    (N_("Type"), False, lambda row, out: row.channel_type or ""),
    (N_("Tier"), False, lambda row, out: row.tier or ""),
    (N_("Sales MTD"), True, lambda row, out: _money(row.sales, row, out)),
    (N_("Overdue"), True, lambda row, out: _money(row.overdue, row, out)),
    (N_("Credit left"), True, lambda row, out: _money(row.credit_left, row, out)),
    (N_("Last visit"), False, lambda row, out: _day(row.last_visit, out)),
    _MARK,
]
_ORDERS: list[Cell] = [
    (N_("Number"), False, lambda row, out: row.number),
    (N_("Partner"), False, lambda row, out: row.partner or ""),
    (N_("Date"), False, lambda row, out: _day(row.date, out)),
    (N_("Status"), False, lambda row, out: out.t(STATUS_NAMES.get(row.status, row.status))),
    (N_("Lines"), True, lambda row, out: str(row.lines)),
    (N_("Total"), True, lambda row, out: out.translator.formats.money(row.total, row.currency)),
    _MARK,
]
_STOCK: list[Cell] = [
    (N_("Partner"), False, lambda row, out: row.partner or ""),
    (N_("SKU"), False, lambda row, out: row.sku or ""),
    (N_("Product"), False, lambda row, out: row.product or ""),
    (N_("Quantity"), True, lambda row, out: out.translator.formats.quantity(row.quantity, row.unit or "")),
    (N_("As of"), False, lambda row, out: _instant(row.as_of, out)),
    (N_("Days"), True, lambda row, out: "–" if row.cover is None else str(row.cover)),
    _MARK,
]
_VISITS: list[Cell] = [
    (N_("Date"), False, lambda row, out: _day(row.day, out)),
    (N_("Partner"), False, lambda row, out: row.partner or ""),
    (N_("Outcome"), False, lambda row, out: row.outcome),
    (N_("Note"), False, lambda row, out: row.note or ""),
    _MARK,
]


def _performance(desk: Desk, asked: argparse.Namespace, output: Output) -> None:
    from channeldesk.queries import performance
    from channeldesk.queries.sales import Scope

    scope = Scope(partner_id=partner_of(desk, asked.partner)) if asked.partner else Scope()
    sales = desk.ask(performance.against_target, scope, asked.limit or 24)
    ranking = desk.ask(performance.ranking, scope, limit=asked.limit or None)
    formats = output.translator.formats

    def money(amount: int | None) -> str:
        return "–" if amount is None else formats.money(amount, sales.currency, whole=True)

    heads = [
        output.t("Period"),
        output.t("Net sales"),
        output.t("Target"),
        output.t("Last year"),
        output.t("Provisional"),
    ]
    output.table(
        heads,
        [
            [one.name, money(one.net), money(one.target), money(one.last_year), money(one.pending or None)]
            for one in sales.periods
        ],
        frozenset({1, 2, 3, 4}),
    )
    output.say()
    heads = [
        output.t("No."),
        output.t("Partner"),
        output.t("Net sales"),
        output.t("Attainment"),
        output.t("Growth"),
    ]
    output.table(
        heads,
        [
            [
                str(one.place),
                one.partner,
                money(one.net),
                "–" if one.attainment is None else formats.rate(one.attainment),
                "–" if one.growth is None else formats.rate(one.growth),
            ]
            for one in ranking.rows
        ],
        frozenset({0, 2, 3, 4}),
    )
    output.result({"what": "performance", "sales": sales, "ranking": ranking})


def _inbox(desk: Desk, asked: argparse.Namespace, output: Output) -> None:
    from channeldesk.queries import inbox

    items = desk.ask(inbox.items)
    formats = output.translator.formats
    for one in items:
        output.say(f"{formats.instant(one.recorded_at)}  {one.title}  {one.subtitle or ''}".rstrip())
        output.say(f"  {output.translator.notice(one.notice)}")
    if not items:
        output.say(output.t("Nothing needs you."))
    output.result({"what": "inbox", "count": len(items), "rows": items})


def _partner(desk: Desk, asked: argparse.Namespace, output: Output) -> None:
    from channeldesk.queries import partner, timeline

    partner_id = partner_of(desk, asked.code or "")
    found = desk.ask(partner.detail, partner_id)
    assert found is not None
    formats = output.translator.formats
    output.say(f"{found.code or ''}  {found.name}  {found.name_local or ''}".strip())
    output.say(
        "  ".join(part for part in (found.tier, found.channel_type, found.territory, found.city) if part)
    )
    current = found.figures.sales.current
    if current is not None:
        net = formats.money(current.net or 0, found.currency)
        output.say(output.t("Net sales {period}: {net}", period=current.name, net=net))
    left = found.figures.credit.position.left
    if left is not None:
        output.say(output.t("Credit left: {left}", left=formats.money(left, found.currency)))
    for contact in found.contacts:
        output.say("  ".join(part for part in (contact.name, contact.job_title, contact.phone) if part))
    events = desk.ask(timeline.events, partner_id, limit=asked.limit or 50)
    for event in events:
        amount = formats.money(event.amount, event.currency) if event.amount and event.currency else ""
        output.say(
            "  ".join(part for part in (event.day, event.kind, event.title, event.status, amount) if part)
        )
    output.result({"what": "partner", "partner": found, "timeline": events})


def _order(desk: Desk, asked: argparse.Namespace, output: Output) -> None:
    from channeldesk.queries import orders

    order_id = desk.ask(orders.by_number, asked.code or "")
    found = desk.ask(orders.detail, order_id) if order_id is not None else None
    if found is None:
        raise Problem.of("cli.unknown_order", number=asked.code or "")
    order, formats = found.order, output.translator.formats
    mark = output.t("provisional") if order.provisional else ""
    status = output.t(STATUS_NAMES.get(order.status, order.status))
    output.say(f"{order.number}  {order.partner or ''}  {formats.day(order.date)}  {status}  {mark}".rstrip())
    heads = [
        output.t("No."),
        output.t("SKU"),
        output.t("Product"),
        output.t("Quantity"),
        output.t("Price"),
        output.t("Net"),
    ]
    lines = [
        [
            str(line.line_number),
            line.sku,
            line.name,
            formats.quantity(line.quantity, line.unit),
            formats.price(line.unit_price),
            formats.amount(line.net, order.currency),
        ]
        for line in found.lines
    ]
    output.table(heads, lines, frozenset({0, 3, 4, 5}))
    total = formats.money(order.total, order.currency)
    output.say(output.t("Total with tax: {total}", total=total))
    for reason in found.reasons:
        output.tell(reason)
    output.result({"what": "order", "order": found})
