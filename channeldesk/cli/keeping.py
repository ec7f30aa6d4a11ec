"""The commands that save a whole profile to a file, restore one, and give it a new key."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.cli.profile import folder, opened
from channeldesk.model.messages import N_
from channeldesk.model.notice import Notice, Problem

_STEPS = {
    "copying": N_("copying"),
    "writing": N_("writing"),
    "unpacking": N_("unpacking"),
    "verifying": N_("verifying"),
    "keeping": N_("putting in place"),
}


def telling(asked: argparse.Namespace, output: Output) -> Callable[[str, int, int], None]:
    """Says each step once, however often it moved."""
    said = {""}

    def tell(step: str, done: int, of: int) -> None:
        if step not in said and not asked.quiet:
            said.add(step)
            output.progress(f"{100 * done // of}% {output.t(_STEPS[step])}")

    return tell


def backup(asked: argparse.Namespace, output: Output) -> int:
    """One encrypted file with everything, verified."""
    own = secrets.backup_passphrase()
    if own is None and asked.passphrase:
        own = secrets.typed_passphrase(output.t("Passphrase of this backup"), twice=True)
    with opened(asked, output) as desk:
        saved = desk.backup(asked.file, own, telling(asked, output))
    output.tell(Notice("backup.saved", {"file": str(saved.path), "waiting": saved.waiting}))
    output.result({"file": str(saved.path), "size": saved.size, "waiting": saved.waiting})
    return exit_codes.OK


def restore(asked: argparse.Namespace, output: Output) -> int:
    """A profile out of such a file, in an empty folder; its passphrase is the one that opened the file."""
    from channeldesk.desk import Desk

    place = folder(asked)
    phrase = secrets.backup_passphrase() or secrets.passphrase()

    def make(phrase: str | None) -> None:
        Desk.restore(asked.file, place, passphrase=phrase, progress=telling(asked, output))

    try:
        make(phrase)
    except Problem as problem:
        if problem.notice.code != "backup.passphrase_needed" or phrase is not None:
            raise
        make(secrets.typed_passphrase(output.t("Passphrase of this backup")))
    output.tell(Notice("backup.restored", {"folder": str(place)}))
    output.result({"profile": str(place), "restored": True})
    return exit_codes.OK


def rekey(asked: argparse.Namespace, output: Output) -> int:
    """Both databases under a new key; the old one counts until that is verified."""
    from channeldesk.desk import Desk

    place, phrase = folder(asked), secrets.passphrase()
    try:
        Desk.rekey(place, passphrase=phrase)
    except Problem as problem:
        if problem.remedy != "remedy.enter_passphrase" or phrase is not None:
            raise
        phrase = secrets.typed_passphrase(output.t("Passphrase of this profile"))
        Desk.rekey(place, passphrase=phrase)
    output.tell(Notice("rekey.done"))
    output.result({"rekeyed": True})
    return exit_codes.OK
