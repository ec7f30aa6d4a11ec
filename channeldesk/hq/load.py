"""Loads a source's files into headquarters: history as it was, booked as fact and not judged.

One load is one transaction: a load that fails leaves nothing behind. The feed's triggers see every row, and
the load itself leaves one entry in the audit trail.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import sqlalchemy as sa

from channeldesk.exchange.importer import Importer
from channeldesk.exchange.mapping import Mapping
from channeldesk.exchange.read_mapping import find_mapping
from channeldesk.exchange.report import LoadReport
from channeldesk.hq import audit, blocks, payments, sequencer
from channeldesk.hq.database import Database
from channeldesk.hq.load_book import TableBook
from channeldesk.model.notice import Problem


class _DryRun(Exception):
    """Takes back what a dry run wrote."""


def load(
    database: Database | sa.Connection,
    folder: Path,
    source: str | Mapping,
    *,
    dry_run: bool = False,
    actor: audit.Actor = audit.CONSOLE,
    progress: Callable[[str, int], None] | None = None,
    now: int | None = None,
) -> LoadReport:
    """Loads ``folder`` by the mapping of ``source`` ('adventureworks', 'online-retail') or a given one.

    Rows that cannot be used are in the report with their reasons; a file that cannot be read, a mapping with
    a mistake or figures that do not add up raise :class:`Problem` and nothing is kept. Loading the same files
    again writes nothing. What is no longer in the files stays. ``progress`` hears each file with its rows.
    ``dry_run`` does everything and takes it back. A connection must be inside a write transaction, which the
    caller commits.
    """
    mapping = find_mapping(source) if isinstance(source, str) else source
    started = time.monotonic()
    moment = time.time_ns() // 1_000_000 if now is None else now
    report: LoadReport | None = None
    try:
        with _transaction(database) as connection:
            with connection.begin_nested():
                report = _load(connection, folder, mapping, progress, moment)
                if dry_run:
                    raise _DryRun
            if report.rows_written:
                summary = report.to_json()
                summary = {name: summary[name] for name in ("source", "files", "written", "booked")}
                entry = audit.Entry("load", diff=summary | {"rejected": len(report.rejected)})
                audit.record(connection, actor, [entry], moment)
                sequencer.drain(connection, moment)
    except _DryRun:
        pass
    assert report is not None
    report.seconds, report.dry_run = time.monotonic() - started, dry_run
    return report


def _transaction(database: Database | sa.Connection) -> AbstractContextManager[sa.Connection]:
    return database.write() if isinstance(database, Database) else nullcontext(database)


def _load(
    connection: sa.Connection,
    folder: Path,
    mapping: Mapping,
    progress: Callable[[str, int], None] | None,
    now: int,
) -> LoadReport:
    book = TableBook(connection, mapping.source, now)
    report = Importer(mapping, folder, book, progress).run()
    _settle(connection, book, now)
    report.written = {name: one for name, one in book.written.items() if name}
    report.booked = dict(book.booked)
    return report


def _settle(connection: sa.Connection, book: TableBook, now: int) -> None:
    """What is open of invoices is what payments leave of them; whom the rule blocks follows from that."""
    invoices, paid = book.settling["receivable"], book.settling["payment"]
    wrong = payments.settle_loaded(connection, invoices, paid)
    if wrong:
        raise Problem.of("load.paid_too_much", numbers=", ".join(wrong[:10]), count=len(wrong))
    if invoices:
        blocks.follow(connection, now, payments.partners_of(connection, invoices))
