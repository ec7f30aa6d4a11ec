"""Which ways to sign in headquarters offers."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict

from channeldesk.cli import exit_codes
from channeldesk.cli.hq import open_database
from channeldesk.cli.output import Output

_TEXTS = ("issuer", "client_id", "claim", "label", "address", "passwords")


def sign_in(asked: argparse.Namespace, output: Output) -> int:
    """Changes what is given, then says how things stand."""
    from channeldesk.hq.sign_in import settings

    values = {name: getattr(asked, name) for name in _TEXTS if getattr(asked, name) is not None}
    if asked.codes is not None:
        values["codes"] = asked.codes == "on"
    with open_database(asked) as here:
        ways = settings.change(here, time.time_ns() // 1_000_000, **values)
    t = output.t
    passwords = {
        "everywhere": t("Passwords: on the page, and from the command line"),
        "page": t("Passwords: on the page only"),
        "never": t("Passwords: never"),
    }
    output.say(passwords[ways.passwords])
    output.say(t("Sign-in by a code: yes") if ways.codes else t("Sign-in by a code: no"))
    if ways.company:
        text = t(
            "The company's sign-in: {issuer}, as {client}, login from {claim}",
            issuer=ways.issuer,
            client=ways.client_id,
            claim=ways.claim,
        )
        output.say(text)
    else:
        output.say(t("The company's sign-in: none"))
    output.result(asdict(ways))
    return exit_codes.OK
