"""Signing out from the command line."""

from __future__ import annotations

import argparse

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.keeping import telling
from channeldesk.cli.output import Output
from channeldesk.cli.profile import folder, opened
from channeldesk.model.notice import Notice


def sign_out(asked: argparse.Namespace, output: Output) -> int:
    own = secrets.backup_passphrase() if asked.save is not None else None
    with opened(asked, output) as desk:
        name = desk.profile.user_name
        desk.sign_out(asked.save, own, remove=asked.remove, progress=telling(asked, output))
    code = "leaving.removed" if asked.remove else "profile.signed_out"
    output.tell(Notice(code, {"folder": str(folder(asked))} if asked.remove else {"name": name}))
    output.result({"signed_out": True, "removed": asked.remove, "saved": asked.save and str(asked.save)})
    return exit_codes.OK
