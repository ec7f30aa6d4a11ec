"""Commands that run headquarters."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.model.notice import Problem

if TYPE_CHECKING:
    from channeldesk.hq.database import Database
    from channeldesk.hq.tls import Proof


def url(asked: argparse.Namespace) -> str:
    """The database's URL: the option or CHANNELDESK_DATABASE."""
    found = asked.database or os.environ.get("CHANNELDESK_DATABASE")
    if not found:
        raise Problem.of("cli.no_database")
    return str(found)


@contextmanager
def open_database(asked: argparse.Namespace) -> Iterator[Database]:
    from channeldesk.hq.database import Database

    database = Database(url(asked))
    try:
        yield database
    finally:
        database.close()


def init(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    years = _years(asked.years)
    database = admin.init(
        url(asked), asked.company, asked.currency, asked.time_zone, years, asked.first_month
    )
    database.close()
    output.say(output.t("Headquarters of {company} is set up.", company=asked.company))
    output.result({"company": asked.company, "currency": asked.currency, "years": list(years)})
    return exit_codes.OK


def _years(text: str) -> range:
    if not text:
        return range(0)
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError:
        raise Problem.of("cli.bad_years", text=text) from None


def serve(asked: argparse.Namespace, output: Output) -> int:
    """Answers until it is told to end; the first line is the address."""
    from channeldesk.hq import serve as server

    def ready(address: str) -> None:
        output.say(output.t("Listening on {address}", address=address))
        output.result({"address": address})

    server.serve(
        url(asked),
        asked.host,
        asked.port,
        asked.workers,
        on_ready=ready,
        connections=asked.connections,
        tls=_proof(asked),
        proxies=asked.proxy,
    )
    return exit_codes.OK


def _proof(asked: argparse.Namespace) -> Proof | None:
    from channeldesk.hq.tls import Proof

    if asked.tls_cert is None and asked.tls_key is None:
        return None
    if asked.tls_cert is None or asked.tls_key is None:
        raise Problem.of("cli.certificate_and_key")
    return Proof(asked.tls_cert, asked.tls_key)


def migrate(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq.migrate import migrate as upgrade

    with open_database(asked) as database:
        upgrade(database)
    output.say(output.t("The database has this program's schema."))
    output.result({"migrated": True})
    return exit_codes.OK


def restored(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        epoch = admin.new_epoch(database)
    return _said(output, output.t("Every laptop will compare its copy with this database."), epoch=epoch)


def backup(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq.backup import make

    with open_database(asked) as database:
        size = make(database, asked.file)
    text = output.t("Headquarters is saved in {file}; the copy was verified.", file=str(asked.file))
    return _said(output, text, file=str(asked.file), size=size)


def prune(asked: argparse.Namespace, output: Output) -> int:
    import time

    from channeldesk.hq import retention

    if asked.days < 1:
        raise Problem.of("cli.bad_days", days=asked.days)
    with open_database(asked) as database:
        gone = retention.prune(database, time.time_ns() // 1_000_000, asked.days)
    text = output.t("Forgotten: {rows} deleted rows, {entries} entries of the feed", **_counts(gone))
    return _said(output, text, **vars(gone))


def _counts(gone: Any) -> dict[str, int]:
    return {"rows": gone.rows, "entries": gone.entries}


def load(asked: argparse.Namespace, output: Output) -> int:
    """The report says of every row what became of it; rejected ones are listed with their reason."""
    from channeldesk.hq.load import load as load_files

    with open_database(asked) as database:
        report = load_files(
            database,
            asked.folder,
            asked.source,
            dry_run=asked.dry_run,
            progress=lambda file, rows: output.progress(f"{file}: {rows:,}"),
        )
    output.say(report.to_text())
    output.result(report.to_json())
    return exit_codes.OK


def user_add(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    word = secrets.password(output.t("Password of {login}", login=asked.login), twice=True)
    with open_database(asked) as database:
        admin.add_user(
            database,
            asked.login,
            asked.name,
            asked.role,
            asked.territory,
            word,
            asked.user_language,
            asked.partner,
        )
    return _said(
        output, output.t("{login} may sign in.", login=asked.login), login=asked.login, role=asked.role
    )


def user_password(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    word = secrets.password(output.t("New password of {login}", login=asked.login), twice=True)
    with open_database(asked) as database:
        admin.set_password(database, asked.login, word)
    return _said(
        output, output.t("Password replaced; every session of {login} has ended.", login=asked.login)
    )


def user_grant(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        admin.grant(database, asked.login, asked.territory)
    return _said(output, output.t("Granted: {territories}", territories=", ".join(asked.territory)))


def user_revoke(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        admin.revoke(database, asked.login, asked.territory)
    return _said(output, output.t("Taken away: {territories}", territories=", ".join(asked.territory)))


def user_deactivate(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        admin.deactivate_user(database, asked.login)
    return _said(output, output.t("{login} is let in no more.", login=asked.login))


def territory_add(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        admin.add_territory(database, asked.code, asked.name, asked.parent, asked.time_zone, asked.currency)
    return _said(output, output.t("Territory {code} added.", code=asked.code), code=asked.code)


def device_revoke(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import admin

    with open_database(asked) as database:
        admin.revoke_device(database, asked.prefix)
    return _said(output, output.t("Device {prefix} gets no answer any more.", prefix=asked.prefix))


def _said(output: Output, text: str, **result: Any) -> int:
    output.say(text)
    output.result({"done": True, **result})
    return exit_codes.OK
