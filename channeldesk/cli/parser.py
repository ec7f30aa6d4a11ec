"""The commands and their arguments. Imports nothing heavy, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from channeldesk.cli import parser_audit, parser_hq, parser_keeping
from channeldesk.cli.exit_codes import MEANINGS
from channeldesk.cli.parser_parts import command as _add
from channeldesk.cli.parser_parts import common as _common
from channeldesk.model.stock import REASONS

_EPILOG = """\
Passwords and passphrases are never arguments: they are asked for, or taken from the environment variables
CHANNELDESK_PASSWORD and CHANNELDESK_PASSPHRASE. CHANNELDESK_PROFILE names the profile's folder.

exit codes:
{codes}

examples:
  python -m channeldesk demo try-it
  python -m channeldesk --profile ~/desk sign-in https://hq.example.com li.wei
  python -m channeldesk --profile ~/desk order --partner P-10001 --line DR-1820K=24 --line BT-1850=30
  python -m channeldesk --profile ~/desk sync --json
"""


def build() -> argparse.ArgumentParser:
    """The whole command line."""
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items())
    parser = argparse.ArgumentParser(
        prog="python -m channeldesk",
        description="The dealer desk without a window: work with a profile, or run headquarters.",
        epilog=_EPILOG.format(codes=codes),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _common(parser, top=True)
    parser.set_defaults(help_of=parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _sign_in(commands)
    parser_keeping.add_sign_out(commands)
    _sync(commands)
    _status(commands)
    _show(commands)
    _calendar(commands)
    _order(commands)
    _count(commands)
    parser_keeping.add(commands)
    _demo(commands)
    parser_audit.add(commands)
    parser_hq.add(commands)
    return parser


def _sign_in(commands: Any) -> None:
    parser = _add(
        commands,
        "sign-in",
        "profile:sign_in",
        "sign in at headquarters and make a profile, or renew an ended sign-in",
        "Makes an encrypted profile for one user in an empty folder. In a folder that has a profile it\n"
        "renews the sign-in of its user; unsent work stays.",
        "  python -m channeldesk --profile ~/desk sign-in https://hq.example.com li.wei\n"
        "  python -m channeldesk --profile ~/desk sign-in https://hq.example.com --code\n"
        "  python -m channeldesk --profile ~/desk sign-in",
    )
    parser.add_argument("server", nargs="?", help="address of headquarters, for a new profile")
    parser.add_argument("login", nargs="?", help="login name, for a new profile by a password")
    parser.add_argument(
        "--code",
        action="store_true",
        help="show a code to type in any browser, instead of taking a password here",
    )
    parser.add_argument(
        "--device", default="", metavar="NAME", help="name by which headquarters lists this laptop"
    )
    parser.add_argument(
        "--certificates",
        type=Path,
        metavar="FILE",
        help="the company's certificates, where the system's store lacks them; a copy is kept in the profile",
    )


def _sync(commands: Any) -> None:
    parser = _add(
        commands,
        "sync",
        "profile:sync",
        "send what waits and fetch what is new",
        "One round: everything recorded offline goes to headquarters, everything new comes. It may be\n"
        "stopped at any time; the next round goes on where this one was. While the window has the profile\n"
        "open, the window does it. Exit code 3: headquarters rejected something, or two people changed\n"
        "the same field; see 'show inbox'.",
        "  python -m channeldesk sync\n  python -m channeldesk sync --json",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _status(commands: Any) -> None:
    _add(
        commands,
        "status",
        "profile:status",
        "what waits, what needs you, how old the data is",
        examples="  python -m channeldesk status\n  python -m channeldesk status --json",
    )


def _show(commands: Any) -> None:
    parser = _add(
        commands,
        "show",
        "show:run",
        "lists, one row, or figures",
        "Shows what the window shows. Filters are typed as in the window: text is contained, '>= 1000',\n"
        "'5..10', '2026-11', '>2026-01-01', 'placed|accepted', '-' for nothing.",
        "  python -m channeldesk show partners --filter 'overdue=> 0' --sort overdue --descending\n"
        "  python -m channeldesk show orders --filter 'date=2026-11' --limit 50\n"
        "  python -m channeldesk show stock --partner P-10001\n"
        "  python -m channeldesk show partner P-10001 --json\n"
        "  python -m channeldesk show order K7-0001",
    )
    parser.add_argument(
        "what",
        choices=("partners", "orders", "stock", "visits", "performance", "inbox", "partner", "order"),
        help="a list, or with a code one partner or order",
    )
    parser.add_argument("code", nargs="?", help="code of a partner, number of an order")
    parser.add_argument("--partner", metavar="CODE", help="only of this partner")
    parser.add_argument(
        "--search", default="", metavar="TEXT", help="words to find: names, codes, pinyin initials"
    )
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="COLUMN=TEXT",
        help="only rows that match; may be repeated",
    )
    parser.add_argument("--sort", default="", metavar="COLUMN", help="column to sort by")
    parser.add_argument("--descending", action="store_true", help="largest or newest first")
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="rows to show (default 20; 0: all)"
    )


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 366:
        raise argparse.ArgumentTypeError("a whole number from 1 to 366 is wanted")
    return int(text)


def _calendar(commands: Any) -> None:
    parser = _add(
        commands,
        "calendar",
        "calendar_file:run",
        "write the planned visits as a calendar file",
        "Writes the visits that are still to do as a calendar file (.ics). Taken in again it moves entries\n"
        "and doubles none; a visit called off since is not in it.",
        "  python -m channeldesk calendar week.ics\n"
        "  python -m channeldesk calendar month.ics --from 2026-12-01 --days 31",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write; replaced if it is there")
    parser.add_argument("--from", dest="since", default="", metavar="DATE", help="first day (default: today)")
    parser.add_argument("--days", type=_days, default=7, metavar="N", help="how many days (default 7)")


def _order(commands: Any) -> None:
    parser = _add(
        commands,
        "order",
        "order:run",
        "place an order, online or not",
        "Prices and checks the order as headquarters will, and places it: provisional until the next\n"
        "'sync'. Quantities are in the product's base unit; '@' gives a price agreed with the partner.",
        "  python -m channeldesk order --partner P-10001 --line DR-1820K=24 --line BT-1850=30@320\n"
        "  python -m channeldesk order --partner P-10001 --line DR-1820K=24 --check",
    )
    parser.add_argument("--partner", required=True, metavar="CODE", help="who orders")
    parser.add_argument(
        "--line",
        action="append",
        required=True,
        metavar="SKU=QTY[@PRICE]",
        help="a product by SKU or barcode, its quantity, the agreed price; may be repeated",
    )
    parser.add_argument("--note", metavar="TEXT", help="a note for headquarters")
    parser.add_argument("--reference", metavar="TEXT", help="the partner's own order number")
    parser.add_argument("--requested", metavar="DATE", help="wished delivery date, for example 2026-11-16")
    parser.add_argument(
        "--return", dest="is_return", action="store_true", help="goods come back; give quantities as sold"
    )
    parser.add_argument("--check", action="store_true", help="price and check only, place nothing")


def _count(commands: Any) -> None:
    parser = _add(
        commands,
        "count",
        "count:run",
        "record what was counted at a partner",
        "Records a stock count with what the books expected. A count is a fact: a mistake is corrected by\n"
        "another count.",
        "  python -m channeldesk count --partner P-10001 --line DR-1820K=6 --line BT-1850=11",
    )
    parser.add_argument("--partner", required=True, metavar="CODE", help="where was counted")
    parser.add_argument(
        "--warehouse", metavar="CODE", help="which of the partner's warehouses; without it everything there"
    )
    parser.add_argument(
        "--line",
        action="append",
        required=True,
        metavar="SKU=QTY",
        help="a product by SKU or barcode and the quantity found; may be repeated",
    )
    parser.add_argument("--reason", metavar="TEXT", help="why lines differ from the books, in words")
    parser.add_argument("--reason-code", choices=REASONS, help="why they differ; 'other' needs words")
    parser.add_argument("--note", metavar="TEXT", help="a note on the count")


def _demo(commands: Any) -> None:
    parser = _add(
        commands,
        "demo",
        "demo:run",
        "a headquarters and a profile of one's own, with an invented network",
        "Makes headquarters with the demo network and a signed-in, synchronised profile in FOLDER. The\n"
        "profile is protected by CHANNELDESK_PASSPHRASE, or by one that is shown once.",
        "  python -m channeldesk demo try-it\n  python -m channeldesk demo try-it --size large",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="an empty or new folder")
    parser.add_argument(
        "--size",
        choices=("small", "large"),
        default="small",
        help="60 partners (default) or 500 with a million lines",
    )
