"""The command that rescues what was not sent out of a damaged database."""

from __future__ import annotations

import argparse

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.cli.profile import folder
from channeldesk.model.notice import Problem


def run(asked: argparse.Namespace, output: Output) -> int:
    """Says what was saved, what could not be read, what happens next; exit code 3 where something is lost."""
    from channeldesk.desk import Desk

    def progress(table: str, done: int, of: int) -> None:
        if not asked.quiet:
            output.progress(f"{done + 1}/{of} {table}")

    place, phrase = folder(asked), secrets.passphrase()
    try:
        told = Desk.repair(place, passphrase=phrase, progress=progress, anyway=asked.anyway)
    except Problem as problem:
        if problem.remedy != "remedy.enter_passphrase" or phrase is not None:
            raise
        phrase = secrets.typed_passphrase(output.t("Passphrase of this profile"))
        told = Desk.repair(place, passphrase=phrase, progress=progress, anyway=asked.anyway)
    if told is None:
        output.say(output.t("No damage was found, so nothing was changed."))
        output.result({"repaired": False})
        return exit_codes.OK
    for notice in told.notices():
        output.tell(notice)
    output.result(
        {
            "repaired": True,
            "kept": told.kept,
            "saved": told.saved,
            "lost": told.lost,
            "made_again": told.made_again,
            "backup": told.backup or None,
            "opened": told.opened,
        }
    )
    return exit_codes.OK if told.complete else exit_codes.NEEDS_YOU
