"""Commands of headquarters about laptops."""

from __future__ import annotations

import argparse
import time

from channeldesk.cli import exit_codes
from channeldesk.cli.hq import open_database
from channeldesk.cli.output import Output


def lease(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import state
    from channeldesk.hq.sign_in import notary

    with open_database(asked) as here:
        if asked.days is not None:
            notary.set_lease(here, asked.days, time.time_ns() // 1_000_000)
        with here.snapshot() as connection:
            days = state.company(connection).lease_days
    output.say(output.t("Laptops may work for {days} days without a contact.", days=days))
    output.result({"days": days})
    return exit_codes.OK
