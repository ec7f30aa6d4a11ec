"""Recording a stock count from the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes
from channeldesk.cli.order import partner_of, product_of
from channeldesk.cli.output import Output
from channeldesk.cli.profile import opened
from channeldesk.model.notice import Problem
from channeldesk.queries import count_sheet

if TYPE_CHECKING:
    from channeldesk.desk import Desk


def run(asked: argparse.Namespace, output: Output) -> int:
    """Record what was counted."""
    from channeldesk.actions import stock
    from channeldesk.actions.stock import Counted

    formats = output.translator.formats
    with opened(asked, output) as desk:
        partner_id = partner_of(desk, asked.partner)
        lines = []
        for text in asked.line:
            code, equals, quantity = text.rpartition("=")
            if not equals or not code:
                raise Problem.of("count.bad_line", text=text)
            product = product_of(desk, partner_id, code)
            lines.append(Counted(product, formats.read_quantity(quantity), asked.reason, asked.reason_code))
        done = desk.act(
            stock.record_count,
            partner_id,
            lines,
            warehouse_id=_warehouse(desk, partner_id, asked.warehouse),
            note=asked.note,
        )
    if done.notice is not None:
        output.tell(done.notice)
    output.result(
        {
            "id": done.value.count_id,
            "lines": done.value.lines,
            "differences": done.value.differences,
            "waits": done.value.waits,
        }
    )
    return exit_codes.OK


def _warehouse(desk: Desk, partner_id: bytes, code: str | None) -> bytes | None:
    """The partner's warehouse with this code. Raises Problem where there is none."""
    if code is None:
        return None
    for place in desk.ask(count_sheet.places, partner_id):
        if place.code == code:
            return place.id
    raise Problem.of("count.unknown_warehouse", code=code)
