"""What every command of the command line has."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def common(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """Options that may stand before or after the command."""
    absent: Any = None if top else argparse.SUPPRESS
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", default=absent, help="folder of the profile to work with"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if top else argparse.SUPPRESS,
        help="print exactly one JSON object on the last line, also for errors",
    )
    parser.add_argument("--language", metavar="TAG", default=absent, help="of sentences: en, zh_CN, zh_TW")


def command(commands: Any, name: str, run: str, help_text: str, about: str = "", examples: str = "") -> Any:
    parser = commands.add_parser(
        name,
        help=help_text,
        description=about or help_text[0].upper() + help_text[1:] + ".",
        epilog=f"examples:\n{examples}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common(parser)
    parser.set_defaults(command=run)
    return parser
