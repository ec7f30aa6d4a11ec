"""The command that rescues what was not sent out of a damaged database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.cli.profile import folder
from channeldesk.model.notice import Problem

if TYPE_CHECKING:
    from channeldesk.store.rescue import Rescued


def run(asked: argparse.Namespace, output: Output) -> int:
    """Says what was saved, what could not be read, what happens next; exit code 3 where something is lost."""
    told = repaired(folder(asked), asked, output, anyway=asked.anyway)
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


def repaired(place: Path, asked: argparse.Namespace, output: Output, *, anyway: bool) -> Rescued | None:
    """The rescue of the profile in ``place``, whichever way its key is found."""
    from channeldesk.desk import Desk

    def progress(table: str, done: int, of: int) -> None:
        if not asked.quiet:
            output.progress(f"{done + 1}/{of} {table}")

    phrase = secrets.passphrase()
    try:
        return Desk.repair(place, passphrase=phrase, progress=progress, anyway=anyway)
    except Problem as problem:
        if problem.remedy != "remedy.enter_passphrase" or phrase is not None:
            raise
        phrase = secrets.typed_passphrase(output.t("Passphrase of this profile"))
        return Desk.repair(place, passphrase=phrase, progress=progress, anyway=anyway)
