"""The commands of headquarters and their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from channeldesk.cli import parser_audit
from channeldesk.cli.parser_parts import command

_ABOUT = """\
The central API and its database. DATABASE is a URL: sqlite:////srv/hq.db or
postgresql+psycopg://user@host/name; CHANNELDESK_DATABASE names a default.
"""


def add(commands: Any) -> None:
    """Adds ``hq`` with everything below it."""
    parser = commands.add_parser(
        "hq",
        help="run headquarters: init, serve, load, backup, restored, lease, block-rule, user, territory, "
        "device, sign-in, audit",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(help_of=parser)
    hq = parser.add_subparsers(title="headquarters", metavar="COMMAND")
    _init(hq)
    _serve(hq)
    _database(command(hq, "migrate", "hq:migrate", "bring the database to this program's schema"))
    _load(hq)
    _database(
        command(
            hq,
            "restored",
            "hq:restored",
            "say that the database was restored from a backup",
            "Run it after restoring a backup and before any laptop connects. Laptops then compare\n"
            "everything and send again what the backup does not hold.",
        )
    )
    backup = command(
        hq,
        "backup",
        "hq:backup",
        "copy a headquarters on SQLite while it serves",
        "Copies the database as of one moment to FILE and verifies the copy. It is not encrypted. To go\n"
        "back: stop the server, put the file in the database's place, run 'hq restored', start the server.",
        "  python -m channeldesk hq backup hq-monday.db --database sqlite:///hq.db",
    )
    _database(backup).add_argument("file", type=Path, metavar="FILE", help="a new file")
    prune = command(
        hq,
        "prune",
        "hq:prune",
        "forget what was deleted long ago",
        "A running server does it once a day. Laptops that were away longer compare everything.",
    )
    _database(prune).add_argument(
        "--days", type=int, default=180, metavar="N", help="remember deletions for N days (default 180)"
    )
    _user(_group(hq, "user", "people who sign in: add, password, grant, revoke, deactivate"))
    rule = command(
        hq,
        "block-rule",
        "hq_payments:block_rule",
        "say for how long invoices may be overdue",
        "While an invoice is overdue for more than N days, its partner's orders wait for a person; a\n"
        "running server looks every hour, and when payments come in. Without --days it tells what holds now.",
    )
    _database(rule).add_argument("--days", metavar="N", help="0 to 3650, or 'off' (as it begins)")
    lease = command(
        hq,
        "lease",
        "hq_device:lease",
        "say how long laptops may work without a contact",
        "After that they are read only until the next contact; what waits is kept. Without --days it tells\n"
        "what holds now. Laptops hear of a change with their next contact.",
    )
    _database(lease).add_argument("--days", type=int, metavar="N", help="14 to 30")
    _territory(_group(hq, "territory", "the tree of territories: add"))
    _device(_group(hq, "device", "laptops: list, revoke, wipe, withdraw"))
    _ways(hq)
    parser_audit.add_hq(_group(hq, "audit", "who changed what when: verify, list, export"), _database)


def _init(hq: Any) -> None:
    parser = command(
        hq,
        "init",
        "hq:init",
        "set up an empty database",
        examples="  python -m channeldesk hq init --database sqlite:///hq.db --company 'Hengda Tools' \\\n"
        "      --currency CNY --time-zone Asia/Shanghai --years 2024-2027",
    )
    _database(parser)
    parser.add_argument("--company", required=True, metavar="NAME", help="name of the company")
    parser.add_argument(
        "--currency", default="CNY", metavar="CODE", help="the company's currency (default CNY)"
    )
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="IANA time zone (default UTC)")
    parser.add_argument("--years", default="", metavar="FIRST-LAST", help="fiscal years to lay out by month")
    parser.add_argument("--first-month", type=int, default=1, metavar="N", help="where a fiscal year begins")


def _serve(hq: Any) -> None:
    parser = command(
        hq,
        "serve",
        "hq:serve",
        "answer laptops until stopped",
        "Migrates the database, then answers. The first line tells the address once requests are answered.\n"
        "Laptops speak to another computer over https only: give a certificate and its key, or let a\n"
        "reverse proxy do that.",
        "  python -m channeldesk hq serve --database sqlite:///hq.db --port 8420\n"
        "  python -m channeldesk hq serve --host 0.0.0.0 --port 443 --tls-cert hq.pem --tls-key hq.key",
    )
    _database(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8420, help="port (default 8420; 0: any free one)")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes on one socket (default 1)"
    )
    parser.add_argument(
        "--connections",
        type=int,
        metavar="N",
        help="to PostgreSQL, all processes together (default: what it allows, less 10)",
    )
    parser.add_argument(
        "--tls-cert", type=Path, metavar="FILE", help="certificate with those that vouch for it, PEM"
    )
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, PEM, without a password")
    parser.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a reverse proxy, or its network, that may say whom it forwards for; may be repeated",
    )


def _ways(hq: Any) -> None:
    parser = command(
        hq,
        "sign-in",
        "hq_sign_in:sign_in",
        "choose how people sign in, and through whom",
        "Without options it only tells. With the company's own sign-in (OpenID Connect) the page offers a\n"
        "button for it; its address to come back to is ADDRESS/auth/v1/company, and a client's secret, if\n"
        "there is one, is the server's environment variable CHANNELDESK_OIDC_SECRET.",
        "  python -m channeldesk hq sign-in --issuer https://id.example.com --client-id channeldesk \\\n"
        "      --label 'Hengda account' --passwords never",
    )
    _database(parser)
    parser.add_argument(
        "--passwords",
        choices=("everywhere", "page", "never"),
        help="where headquarters' own passwords are taken (at first everywhere)",
    )
    parser.add_argument(
        "--codes",
        choices=("on", "off"),
        help="whether laptops may show a code to sign in by (at first on)",
    )
    parser.add_argument("--issuer", metavar="URL", help="of the company's sign-in; '' takes it away")
    parser.add_argument("--client-id", metavar="ID", help="as which headquarters is known there")
    parser.add_argument(
        "--claim", metavar="NAME", help="what of the identity is the login (at first preferred_username)"
    )
    parser.add_argument("--label", metavar="TEXT", help="name on the button (at first the company's)")
    parser.add_argument(
        "--address",
        metavar="URL",
        help="by which browsers reach headquarters, if a proxy does not tell",
    )


def _load(hq: Any) -> None:
    parser = command(
        hq,
        "load",
        "hq:load",
        "load a source's files as history",
        "Loads the files of FOLDER by a mapping, in one transaction: booked as fact, not judged. Every row\n"
        "is an order line, a return, ... or rejected with its reason, and the classes add up to the files'\n"
        "totals. Loading again changes nothing.",
        "  python -m channeldesk hq load data/adventureworks --as adventureworks --database sqlite:///aw.db",
    )
    _database(parser)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the files are")
    parser.add_argument(
        "--as", dest="source", required=True, metavar="SOURCE", help="adventureworks or online-retail"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything, keep nothing")


def _user(user: Any) -> None:
    parser = command(
        user,
        "add",
        "hq:user_add",
        "add a person",
        "Asks for the password, or takes CHANNELDESK_PASSWORD.",
        "  python -m channeldesk hq user add li.wei --name 'Li Wei' --territory CN-E2",
    )
    _database(parser).add_argument("login", help="what the person signs in with")
    parser.add_argument("--name", required=True, help="name as people write it")
    parser.add_argument(
        "--role",
        default="manager",
        choices=("headquarters", "manager", "viewer", "partner"),
        help="what the person may do (default manager)",
    )
    parser.add_argument(
        "--territory",
        action="append",
        default=[],
        metavar="CODE",
        help="may see it and all below; may be repeated",
    )
    parser.add_argument(
        "--partner", metavar="CODE", help="of the role partner: whose people the person is one of"
    )
    parser.add_argument("--user-language", metavar="TAG", help="the person's language: en, zh_CN, zh_TW")
    for name, run, text in (
        ("password", "hq:user_password", "replace a password; ends the person's sessions"),
        ("grant", "hq:user_grant", "give territories"),
        ("revoke", "hq:user_revoke", "take territories away"),
        ("deactivate", "hq:user_deactivate", "let a person in no more"),
    ):
        one = _database(command(user, name, run, text))
        one.add_argument("login", help="who")
        if name in ("grant", "revoke"):
            one.add_argument(
                "--territory", action="append", required=True, metavar="CODE", help="code; may be repeated"
            )


def _territory(territory: Any) -> None:
    parser = _database(command(territory, "add", "hq:territory_add", "add a node of the tree"))
    parser.add_argument("code", help="short code, without a slash")
    parser.add_argument("--name", required=True, help="name as people write it")
    parser.add_argument("--parent", metavar="CODE", help="the territory above")
    parser.add_argument("--time-zone", metavar="ZONE", help="IANA time zone; from above if not given")
    parser.add_argument("--currency", metavar="CODE", help="from above if not given")


def _device(device: Any) -> None:
    _database(command(device, "list", "hq_device:list_", "every laptop, and what became of orders to it"))
    wipe_about = (
        "At its next contact the laptop hands in what waits there, destroys the key, then the files, and\n"
        "says so. Until then it gets nothing new. The order is signed; laptops obey nobody else."
    )
    revoke = command(
        device,
        "revoke",
        "hq:device_revoke",
        "answer a laptop no more",
        "Nothing on it is destroyed. Its person can sign in again, as a new device, while 'user deactivate'\n"
        "was not said.",
    )
    wipe = command(device, "wipe", "hq_device:wipe", "have a laptop's data destroyed", wipe_about)
    wipe.add_argument("--at-once", action="store_true", help="take nothing more from it: it was stolen")
    withdraw = command(device, "withdraw", "hq_device:withdraw", "take an order back that was not obeyed yet")
    for one in (revoke, wipe, withdraw):
        _database(one).add_argument("prefix", help="the device's prefix, as its provisional numbers begin")


def _group(hq: Any, name: str, help_text: str) -> Any:
    parser = hq.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
    parser.set_defaults(help_of=parser)
    return parser.add_subparsers(title=name, metavar="COMMAND")


def _database(parser: Any) -> Any:
    parser.add_argument("--database", metavar="URL", help="the database; default: CHANNELDESK_DATABASE")
    return parser
