"""Commands of headquarters about what partners owe."""

from __future__ import annotations

import argparse
import time

from channeldesk.cli import exit_codes
from channeldesk.cli.hq import open_database
from channeldesk.cli.output import Output
from channeldesk.model.notice import Problem


def block_rule(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import blocks, state

    with open_database(asked) as here:
        if asked.days is not None:
            blocks.set_rule(here, _days(asked.days), time.time_ns() // 1_000_000)
        with here.snapshot() as connection:
            days = state.company(connection).block_after_days
    if days is None:
        output.say(output.t("No partner is blocked by itself."))
    else:
        output.say(
            output.t("A partner is blocked while an invoice is overdue for more than {days} days.", days=days)
        )
    output.result({"days": days})
    return exit_codes.OK


def _days(text: str) -> int | None:
    from channeldesk.hq.blocks import LONGEST

    if text == "off":
        return None
    if not text.isascii() or not text.isdigit():
        raise Problem.of("hq.bad_block_rule", most=LONGEST)
    return int(text)
