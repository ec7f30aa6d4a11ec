"""What a person does with a profile, each part in a process of its own: started by the test of canaries.

Run as ``python -m tests.support.working_day PART``; a JSON object on standard input names the profile's
folder, the words to use, and where a file may be exported to.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.trust import redaction
from tests.support.processes import PHRASE


def _desk(told: dict[str, Any]) -> Any:
    from channeldesk.desk import Desk

    return Desk.open(Path(told["profile"]), passphrase=PHRASE, keyring=None)


def work(told: dict[str, Any]) -> None:
    """Edits, notes, an order, a draft, a file that is also opened; lists, search and pages."""
    from channeldesk.actions import attachments, contacts, orders, partners, promises, visits
    from channeldesk.queries import partners as partner_queries
    from channeldesk.queries.drafts import DraftLine, OrderDraft

    words = told["words"]
    with _desk(told) as desk:
        one = desk.ask(partner_queries.by_code, "P1")
        edited = {"name": words["name"], "name_local": words["han"], "phone": words["phone"]}
        desk.act(partners.edit, one, {**edited, "custom": json.dumps({"shelf": words["custom"]})})
        desk.act(contacts.add, one, {"name": words["contact"], "phone": words["contact phone"]})
        desk.act(visits.note, one, words["visit note"])
        desk.act(promises.make, one, words["promise"], "2026-12-24")
        product = desk.ask(
            lambda c: c.execute(sa.text("SELECT id FROM product WHERE sku = 'DR-18'")).scalar()
        )
        lines = (DraftLine(product, 2_000),)
        draft = OrderDraft(one, lines, reference=words["reference"], note=words["order note"])
        desk.act(orders.place, draft)
        desk.act(orders.keep_draft, OrderDraft(one, lines, note=words["draft"]))
        picture = Path(told["outside"]) / f"{words['file name']}.txt"
        picture.write_text(words["content"] * 90_000, encoding="utf-8")
        taken = desk.files.take_in(picture)
        desk.act(attachments.add, one, taken, note=words["file note"])
        picture.unlink()
        look(desk, words, one)
        lent = desk.files.lend(taken.sha256, taken.file_name)
        assert words["content"] in lent.read_text("utf-8")


def look(desk: Any, words: dict[str, str], one: bytes) -> None:
    """What pages ask, and what a person types to find something."""
    from channeldesk.queries import (
        attachments,
        drafts,
        find,
        inbox,
        orders,
        partner_page,
        search,
        stock,
        timeline,
        today,
        visits,
    )
    from channeldesk.queries import partners as partner_queries
    from channeldesk.queries.views import ListView

    assert desk.ask(search.search, words["name"])
    assert desk.ask(search.search, words["contact"][:12])
    assert not desk.ask(search.search, words["searched"])
    assert desk.ask(find.find_partners, words["han"][:2])
    view = ListView([("name", words["name"][:9]), ("city", words["filter"])], "name", True, words["searched"])
    assert not len(desk.ask(partner_queries.keys, view))
    for query in (partner_queries, orders, visits, stock):
        desk.ask(query.rows, desk.ask(query.keys)[:50])
    read = desk.ask(partner_page.read, one)
    assert read is not None
    assert read.detail.name == words["name"]
    desk.ask(timeline.events, one)
    desk.ask(attachments.of_partner, one)
    desk.ask(drafts.drafts, desk.profile.user_id)
    desk.ask(inbox.inbox)
    desk.ask(today.today, desk.profile.user_id)


def command_fails(told: dict[str, Any]) -> None:
    """A command that meets defects of several kinds, each quoting what it read."""
    from channeldesk import cli
    from channeldesk.cli import show

    word = told["words"]["failing"]

    def quoting(*_: object) -> None:
        raise ValueError(f"{word} is no number")

    def nested(*_: object) -> None:
        try:
            raise KeyError(word)
        except KeyError as error:
            raise RuntimeError(f"after {word}") from error

    def statement(desk: Any, *_: object) -> None:
        with desk.database.write() as connection:
            table = sa.table("contact", sa.column("id"), sa.column("name"))
            connection.execute(sa.insert(table).values(id=word, name=None))

    def no_file(*_: object) -> None:
        (Path(told["outside"]) / word).read_bytes()

    for way in (quoting, nested, statement, no_file):
        show._list = way  # type: ignore[assignment]
        assert cli.main(["--profile", told["profile"], "show", "partners"]) == 70


def window(told: dict[str, Any]) -> None:
    """The window: pages, search as one types, a filter, an export, an action that fails."""
    from PySide6.QtWidgets import QApplication, QLineEdit

    from channeldesk.trust import keys
    from channeldesk.trust.keyring_store import MemoryStore
    from ui.first_run import start

    folder, words = Path(told["profile"]), told["words"]
    store = MemoryStore()
    store.put(keys.load(folder).entry, keys.unlock(folder, passphrase=PHRASE, keyring=None))
    wraps = keys.load(folder)
    keys.add_keyring(folder, store.entries[wraps.entry], keyring=store)
    redaction.to_stderr()
    run = start.begin(folder, "en", keyring=store)

    def until(what: Callable[[], Any]) -> None:
        deadline = time.monotonic() + 30
        while not what():
            assert time.monotonic() < deadline, "the window did not come so far"
            QApplication.processEvents()
            time.sleep(0.01)

    def fail(tx: Any) -> None:
        raise ValueError(f"{words['failing']} in the window")

    until(lambda: run.session is not None)
    session = run.session
    assert session is not None
    main_window = session.app.window
    for name in ("today", "orders", "stock", "visits", "inbox", "rounds", "settings", "partners"):
        main_window.router.go(name)
        until(lambda: session.app.tasks.idle)
        for field in main_window.findChildren(QLineEdit):
            if field.isVisible() and field.isEnabled():
                field.setText(words["searched"])
                field.textEdited.emit(words["searched"])
        until(lambda: session.app.tasks.idle)
    page = main_window.router.page
    page.table.export_to(told["export"])
    until(lambda: session.app.tasks.idle)
    session.app.tasks.act(fail)
    session.app.tasks.ask(page, "fail", lambda connection: fail(connection), then=print)
    until(lambda: session.app.tasks.idle)
    session.app.close()
    run.finish()
    keys.save(folder, wraps)  # that key store ends with this process


def worker_escapes(told: dict[str, Any]) -> None:
    """A thread and the program itself end by a defect that quotes."""
    from threading import Thread

    redaction.to_stderr()
    word = told["words"]["failing"]

    def raising() -> None:
        raise ValueError(word)

    thread = Thread(target=raising)
    thread.start()
    thread.join()
    raising()


def killed(told: dict[str, Any]) -> None:
    """Dies inside a large write, with a file lent, and another one half taken in."""
    from channeldesk.queries import partners as partner_queries

    words, desk = told["words"], _desk(told)
    one = desk.ask(partner_queries.by_code, "P1")
    desk.files.lend(next(iter(desk.database.files.ours() or desk.database.files.all_held())), "offer.txt")

    def content() -> Any:
        yield words["half"].encode() * 100_000
        with desk.database.write() as connection:
            text = sa.text("INSERT INTO contact (id, partner_id, name, note) VALUES (:id, :of, :name, :note)")
            rows = [
                {"id": os.urandom(16), "of": one, "name": words["torn"], "note": words["torn"] * 50}
                for _ in range(2_000)
            ]
            connection.execute(text, rows)
            os.kill(os.getpid(), signal.SIGKILL)

    desk.database.files.keep(content())


def repaired(told: dict[str, Any]) -> None:
    """A rescue that is killed before the files change places, and one that ends."""
    from channeldesk.desk import Desk
    from channeldesk.store import swap

    if told.get("die"):
        swap.exchange = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    Desk.repair(Path(told["profile"]), passphrase=PHRASE, keyring=None, anyway=True)


def migrated(told: dict[str, Any]) -> None:
    """As a later program would: a copy first, then the migration; and one that fails."""
    from channeldesk.store import migrate
    from channeldesk.trust import keys

    folder = Path(told["profile"])
    key = keys.unlock(folder, passphrase=PHRASE, keyring=None)
    redaction.to_stderr()
    try:
        migrate.upgrade(folder / "cache.db", key, folder=Path(told["later"]))
    except Exception:
        if not told.get("fails"):
            raise


PARTS = (work, command_fails, window, worker_escapes, killed, repaired, migrated)

if __name__ == "__main__":
    {part.__name__: part for part in PARTS}[sys.argv[1]](json.load(sys.stdin))
