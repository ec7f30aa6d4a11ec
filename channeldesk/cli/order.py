"""Placing an order from the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes
from channeldesk.cli.output import Output, plain
from channeldesk.cli.profile import opened
from channeldesk.model.notice import Problem
from channeldesk.queries import count_sheet, partners
from channeldesk.queries.drafts import DraftLine, OrderDraft

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.queries.quote import Quote


def run(asked: argparse.Namespace, output: Output) -> int:
    """Price, check and place."""
    from channeldesk.actions import orders
    from channeldesk.queries import clock

    with opened(asked, output) as desk:
        partner_id = partner_of(desk, asked.partner)
        sign = -1 if asked.is_return else 1
        lines = tuple(_line(desk, partner_id, text, sign, output) for text in asked.line)
        draft = OrderDraft(
            partner_id,
            lines,
            "return" if asked.is_return else "order",
            _day(asked.requested, output),
            asked.reference,
            asked.note,
        )
        today = desk.ask(clock.today_of, partner_id)
        judged = desk.ask(orders.assess, draft, today)
        if not judged.sendable:
            raise orders.NotSendable(judged.errors)
        _show(judged, output)
        if asked.check:
            output.result({"placed": False, **_figures(judged)})
            return exit_codes.OK
        done = desk.act(orders.place, draft)
    if done.notice is not None:
        output.tell(done.notice)
    placed = {"placed": True, "id": done.value.order_id, "number": done.value.number}
    output.result({**placed, **_figures(judged)})
    return exit_codes.OK


def partner_of(desk: Desk, code: str) -> bytes:
    """The partner with this code. Raises Problem when this laptop does not hold it."""
    found = desk.ask(partners.by_code, code)
    if found is None:
        raise Problem.of("edit.unknown_partner", code=code)
    return found


def product_of(desk: Desk, partner_id: bytes, code: str) -> bytes:
    found = desk.ask(count_sheet.scanned, partner_id, code)
    if found is None:
        raise Problem.of("edit.unknown_product", code=code)
    return found.product_id


def _line(desk: Desk, partner_id: bytes, text: str, sign: int, output: Output) -> DraftLine:
    code, equals, rest = text.rpartition("=")
    if not equals or not code:
        raise Problem.of("count.bad_line", text=text)
    quantity, _, price = rest.partition("@")
    formats = output.translator.formats
    return DraftLine(
        product_of(desk, partner_id, code),
        sign * formats.read_quantity(quantity),
        formats.read_price(price) if price else None,
    )


def _day(text: str | None, output: Output) -> str | None:
    from datetime import date

    return None if text is None else output.translator.formats.read_day(text, date.today()).isoformat()  # noqa: DTZ011


def _show(judged: Quote, output: Output) -> None:
    formats = output.translator.formats
    heads = [
        output.t("No."),
        output.t("SKU"),
        output.t("Product"),
        output.t("Quantity"),
        output.t("Price"),
        output.t("Net"),
    ]
    rows = [
        [
            str(one.number),
            one.offer.sku,
            one.offer.name,
            formats.quantity(one.priced.quantity, one.offer.unit),
            formats.price(one.priced.unit_price),
            formats.amount(one.priced.net, judged.totals.currency),
        ]
        for one in judged.lines
        if one.offer is not None and one.priced is not None
    ]
    output.table(heads, rows, frozenset({0, 3, 4, 5}))
    total = formats.money(judged.totals.total, judged.totals.currency)
    output.say(output.t("Total with tax: {total}", total=total))
    for warning in judged.warnings:
        output.say(output.t("Headquarters decides: {reason}", reason=output.translator.notice(warning)))


def _figures(judged: Quote) -> dict[str, object]:
    sums = judged.totals
    return {
        "currency": sums.currency,
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
        "lines": len(judged.lines),
        "warnings": plain(judged.warnings),
    }
