"""Commands of headquarters about laptops."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes
from channeldesk.cli.hq import open_database
from channeldesk.cli.output import Output
from channeldesk.model.messages import N_

if TYPE_CHECKING:
    from channeldesk.hq.sign_in.orders import Device

_HEADS = (N_("Device"), N_("Name"), N_("User"), N_("Last sent"), N_("Standing"))


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


def list_(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq.sign_in import orders

    with open_database(asked) as here, here.snapshot() as connection:
        found = orders.devices(connection)
    when = output.translator.formats.instant
    lines = [
        (
            one.prefix,
            one.name or "",
            one.login,
            when(one.last_seen_at) if one.last_seen_at else "",
            _standing(one, output),
        )
        for one in found
    ]
    output.table([output.t(head) for head in _HEADS], lines)
    output.result({"devices": [vars(one) for one in found]})
    return exit_codes.OK


def _standing(one: Device, output: Output) -> str:
    when = output.translator.formats.instant
    if one.wiped_at is not None:
        told = output.t(
            "says it destroyed everything {when}, not handed in: {count}",
            when=when(one.wiped_at),
            count=one.destroyed or 0,
        )
    elif one.wipe_ordered_at is not None:
        told = output.t("wipe ordered {when}", when=when(one.wipe_ordered_at))
    else:
        return output.t("shut out") if one.revoked else output.t("may sign in")
    return told


def wipe(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq.sign_in import orders

    now = time.time_ns() // 1_000_000
    with open_database(asked) as here:
        orders.wipe(here, asked.prefix, at_once=asked.at_once, now=now)
    told = (
        output.t(
            "At its next contact {prefix} destroys its data; what waits there goes too.", prefix=asked.prefix
        )
        if asked.at_once
        else output.t(
            "At its next contact {prefix} hands in what waits, then destroys its data.", prefix=asked.prefix
        )
    )
    return _said(output, told)


def withdraw(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq.sign_in import orders

    with open_database(asked) as here:
        orders.withdraw(here, asked.prefix, time.time_ns() // 1_000_000)
    return _said(output, output.t("The order to {prefix} is withdrawn.", prefix=asked.prefix))


def _said(output: Output, text: str) -> int:
    output.say(text)
    output.result({"done": True})
    return exit_codes.OK
