"""What the steps of the week are done on: the open program, a person's hands, headquarters beside them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from benchmarks import screen
from benchmarks.week_hand import Hand

if TYPE_CHECKING:
    from channeldesk.queries.count_sheet import CountLine
    from ui.session import Session


class Scene:
    """``partner`` is visited today: a shop with a sheet to count, something to order and room for it."""

    def __init__(self, session: Session, database: Path) -> None:
        self.session, self.desk, self._database = session, session.desk, database
        self.app, self.window = session.app, session.app.window
        self.hand = Hand(session.app)
        self.mail = MailProgram()
        self.began = time.time_ns() // 1_000_000
        self.partner = self.plan = b""
        self.found: dict[str, Any] = {}
        """What a step notes for the one after it, or for its own outcome."""

    def go(self, page: str, subject: Any = None) -> None:
        """The page where a step begins; a way there that does not count."""
        self.window.router.go(page, subject)
        self.settle()

    def settle(self) -> None:
        screen.settle(self.app.tasks, self.window)

    def until(self, done: Any) -> None:
        screen.wait_for(done)
        self.settle()

    def page(self, page_id: str) -> Any:
        """The open page, which must be this one."""
        if self.window.router.here != page_id:
            raise LookupError(f"the window shows {self.window.router.here}, not {page_id}")
        return self.window.router.page

    # both databases, read by plain SQL

    def here(self, sql: str, *values: Any) -> Any:
        """The first value of the first row on the laptop."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def rows(self, sql: str, *values: Any) -> Sequence[Any]:
        def read(connection: Any) -> Sequence[Any]:
            found: Sequence[Any] = connection.exec_driver_sql(sql, values).all()
            return found

        return self.desk.ask(read)

    def there(self, sql: str, *values: Any) -> Any:
        """The same at headquarters. A write is a colleague's own SQL, which the feed notices."""
        import sqlcipher3

        with closing(sqlcipher3.connect(str(self._database), timeout=30)) as connection:
            row = connection.execute(sql, values).fetchone()
            connection.commit()
        return row[0] if row else None

    # rounds

    def work_offline(self, offline: bool) -> None:
        self.session.set_offline(offline)
        self.until(lambda: self.session.syncing.offline == offline)

    def all_sent(self) -> bool:
        syncing = self.session.syncing
        facts = syncing.facts
        return bool(facts is not None and not facts.waiting and not syncing.status.running)

    def synchronised(self) -> None:
        """A whole round, begun now."""
        before = self.desk.ask(_synced_at)
        self.session.syncing.sync_now()
        self.until(lambda: self.desk.ask(_synced_at) > before and self.all_sent())

    def sheet(self) -> Sequence[CountLine]:

        from channeldesk.queries.count_sheet import count_sheet

        return self.desk.ask(count_sheet, self.partner)


class MailProgram(QObject):
    """Takes the files that the program opens elsewhere, in place of a program of the system."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []
        QDesktopServices.setUrlHandler("file", self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))

    def close(self) -> None:
        QDesktopServices.unsetUrlHandler("file")


def _synced_at(connection: Any) -> int:
    from channeldesk.queries import clock

    return clock.as_of(connection) or 0
