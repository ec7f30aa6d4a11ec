"""The commands that keep a profile whole and their arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channeldesk.cli.parser_parts import command


def add(commands: Any) -> None:
    _doctor(commands)
    _repair(commands)
    _backup(commands)
    _restore(commands)
    command(
        commands,
        "rekey",
        "keeping:rekey",
        "put the profile's data under a new key",
        "Copies both databases under a new random key, verifies the copies, then puts them in place. The\n"
        "old key counts until then, so it may be stopped at any time. The same passphrase and key store\n"
        "open it.",
        "  python -m channeldesk rekey",
    )


def add_sign_out(commands: Any) -> None:
    parser = command(
        commands,
        "sign-out",
        "leaving:sign_out",
        "sign out; the data stays encrypted, or goes when nothing is lost with it",
        "Ends the sign-in, at headquarters too if it can be reached. The profile stays, with what was not\n"
        "sent, for the next 'sign-in'. --remove takes it away, which is refused while anything waits;\n"
        "--save FILE writes everything to an encrypted file first ('restore' brings it back).",
        "  python -m channeldesk sign-out\n"
        "  python -m channeldesk sign-out --save /media/stick/desk.backup --remove",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="a new file; the passphrase opens it")
    parser.add_argument("--remove", action="store_true", help="remove the profile from this computer")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _backup(commands: Any) -> None:
    parser = command(
        commands,
        "backup",
        "keeping:backup",
        "save the whole profile to one encrypted file",
        "Copies everything, what waits to be sent and files too, into FILE, and reads it again. The\n"
        "profile's passphrase opens it. Another one for the file alone: --passphrase asks for it, or it is\n"
        "taken from CHANNELDESK_BACKUP_PASSPHRASE. Network drives and existing files are refused.",
        "  python -m channeldesk backup /media/stick/desk.backup",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file")
    parser.add_argument("--passphrase", action="store_true", help="ask for a passphrase of the file's own")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _restore(commands: Any) -> None:
    parser = command(
        commands,
        "restore",
        "keeping:restore",
        "make a profile out of such a file",
        "Only in a new or empty folder, so no unsent work is ever replaced. The passphrase that opens the\n"
        "file becomes the profile's. To headquarters it is an older copy: the next 'sync' gets a device of\n"
        "its own and sends what waits; what headquarters took already has no second effect.",
        "  python -m channeldesk --profile ~/desk-2 restore /media/stick/desk.backup",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what 'backup' wrote")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _doctor(commands: Any) -> None:
    parser = command(
        commands,
        "doctor",
        "doctor:run",
        "check the profile's data, and mend it",
        "Checks every page of the encrypted data and of the files, what waits to be sent, where the laptop\n"
        "and headquarters are, search, summaries and stock, and the keys. Each finding says what it means\n"
        "for the data and what to do. Exit code 3: something is wrong.",
        "  python -m channeldesk doctor\n  python -m channeldesk doctor --mend",
    )
    parser.add_argument(
        "--mend",
        action="store_true",
        help="put right what can be put right, and compare with headquarters; unsent work is kept",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _repair(commands: Any) -> None:
    parser = command(
        commands,
        "repair",
        "repair:run",
        "save what was not sent out of a damaged database, fetch the rest again",
        "Reads the damaged database as far as it can be read, and puts a new one in its place with all that\n"
        "headquarters does not have yet. The damaged file is kept under a dated name. The next 'sync' sends\n"
        "what was saved and fetches the rest. Exit code 3: something could not be read.",
        "  python -m channeldesk repair\n  python -m channeldesk repair --json",
    )
    parser.add_argument("--anyway", action="store_true", help="also where no damage is found")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
