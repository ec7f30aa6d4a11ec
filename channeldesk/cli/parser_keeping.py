"""The commands that keep a profile whole and their arguments."""

from __future__ import annotations

from typing import Any

from channeldesk.cli.parser_parts import command


def add(commands: Any) -> None:
    _doctor(commands)
    _repair(commands)


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
