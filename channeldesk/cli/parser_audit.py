"""The commands over audit trails and their arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from channeldesk.cli.parser_parts import command


def add(commands: Any) -> None:
    """Adds ``audit``, over the trail of this laptop."""
    text = "who changed what when on this laptop: verify, list, export"
    parser = commands.add_parser("audit", help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(help_of=parser)
    audit = parser.add_subparsers(title="audit", metavar="COMMAND")
    command(
        audit,
        "verify",
        "audit:verify",
        "check the chain",
        "Walks this laptop's trail and names the first entry that does not hold; says which entry of\n"
        "headquarters' trail this laptop was told last, to compare an export with. Exit code 3:\n"
        "something does not hold.",
        "  python -m channeldesk audit verify",
    )
    listed = command(
        audit,
        "list",
        "audit:listed",
        "look for entries, newest first",
        examples="  python -m channeldesk audit list --entity contact --from 2026-11-01",
    )
    _filters(listed)
    _limit(listed)
    export = command(
        audit,
        "export",
        "audit:export",
        "write entries with their hashes to a file",
        "Oldest first, with everything that another program needs to verify the chain (docs/audit.md).",
        "  python -m channeldesk audit export trail.ndjson",
    )
    _file(export)
    _filters(export)


def add_hq(audit: Any, database: Callable[[Any], Any]) -> None:
    """Adds what is below ``hq audit``; ``database`` adds the option of that name."""
    database(
        command(
            audit,
            "verify",
            "hq_audit:verify",
            "check the chain, and what laptops were told of it",
            "Walks the whole trail and names the first entry at which it was changed, shortened, added\n"
            "to or reordered; then compares the heads that laptops were told. Exit code 3: something\n"
            "does not hold.",
            "  python -m channeldesk hq audit verify --database sqlite:///hq.db",
        )
    )
    listed = command(
        audit,
        "list",
        "hq_audit:listed",
        "look for entries, newest first",
        examples="  python -m channeldesk hq audit list --user li.wei --from 2026-11-01 --to 2026-11-30\n"
        "  python -m channeldesk hq audit list --entity partner --text 'credit_limit' --limit 100",
    )
    _people(database(listed))
    _filters(listed)
    _limit(listed)
    export = command(
        audit,
        "export",
        "hq_audit:export",
        "write entries with their hashes to a file",
        "Oldest first, with everything that another program needs to verify the chain (docs/audit.md).",
        "  python -m channeldesk hq audit export trail.ndjson\n"
        "  python -m channeldesk hq audit export 2026.csv --format csv --from 2026-01-01 --to 2026-12-31",
    )
    _file(export)
    _people(database(export))
    _filters(export)


def _people(parser: Any) -> None:
    parser.add_argument("--user", metavar="LOGIN", help="only of this user; '-': the server's console")
    parser.add_argument("--device", metavar="PREFIX", help="only of this laptop")


def _filters(parser: Any) -> None:
    for option, meta, text in (
        ("action", "NAME", "only these: insert, patch, delete, ..."),
        ("entity", "NAME", "only rows of this entity, as docs/entities.md names it"),
        ("row", "ID", "only of this row"),
        ("text", "TEXT", "only where a field or value that changed contains this"),
    ):
        parser.add_argument(f"--{option}", metavar=meta, help=text)
    parser.add_argument("--from", dest="since", metavar="DATE", help="from this day, or instant, on")
    parser.add_argument("--to", dest="until", metavar="DATE", help="up to this day's end, or to an instant")


def _limit(parser: Any) -> None:
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="entries to show (default 20; 0: all)"
    )


def _file(parser: Any) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write; replaced if it is there")
    parser.add_argument(
        "--format", choices=("ndjson", "csv"), default="ndjson", help="JSON a line (default), or CSV"
    )
