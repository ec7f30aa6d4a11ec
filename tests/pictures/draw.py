"""Draws every page as somebody sees it: ``python -m tests.pictures.draw FOLDER SHARED LOOK``

Started by ``studio``, a process for each look: Qt reads the scale once, and no look inherits from another.
A look is one of ``looks`` or ``gallery-SCHEME``. What is cut off on which picture is printed last, as JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.rules.rights import ROLES
from tests.pictures import network
from tests.pictures.looks import SIZES, Look
from tests.support import demo, looking
from ui.app import make_application
from ui.gallery import data, parts
from ui.gallery.__main__ import NoDesk
from ui.i18n import set_translator
from ui.pages import PAGES, pages_for
from ui.session import FIRST_SYNC, Session
from ui.tasks import Tasks
from ui.theme import theme
from ui.theme.motion import motion
from ui.tour import guide

PATIENCE = 120.0  # seconds: a machine may be busy
_SOON_MS = 5_000
"""A timer that rings later than this is no part of opening a page."""
_WORKED_ON = ("order_entry", "count", "survey")
"""Last: what is typed there is kept as a draft, which other pages would show."""
PAGE_IDS = sorted(
    (*(one.id for one in (*PAGES, FIRST_SYNC)), *guide.PARTS), key=lambda page: page in _WORKED_ON
)
OF_A_PARTNER = ("partner", "order_entry", "count")


def main(folder: Path, shared: Path, look: str) -> dict[str, list[str]]:
    network.nothing_moves()
    make_application()
    motion.system_says(True)
    if look.startswith("gallery-"):
        gallery(folder / look, look.removeprefix("gallery-"))
        return {}
    made = network.made(shared)
    with (
        tempfile.TemporaryDirectory(prefix="channeldesk-pictures-") as place,
        demo.demo_copy(made, Path(place) / "profile").open() as desk,
    ):
        return _pages(desk, Look.named(look), folder / look)


def _pages(desk: Desk, look: Look, folder: Path) -> dict[str, list[str]]:
    offered = {one.id for one in pages_for(ROLES["manager"])} | {*guide.PARTS}
    found: dict[str, list[str]] = {}
    for role in ("manager", "headquarters"):
        pages = [
            page for page in PAGE_IDS if (page in offered or page == FIRST_SYNC.id) == (role == "manager")
        ]
        with windowed(desk, look, role) as session:
            for page_id in pages:
                reach(session, page_id)
                save(still(session.app.window), folder / f"{page_id}.webp")
                found[f"{look}/{page_id}"] = cut_off(session.app.window)
    return found


@contextmanager
def windowed(desk: Desk, look: Look, role: str) -> Iterator[Session]:
    desk.profile = replace(desk.profile, role=role)
    session = Session(desk)
    app = session.app
    app.set_language(look.language)
    app.set_scheme(look.scheme)
    app.window.resize(*SIZES[look.size])
    app.window.show()
    app.window.activateWindow()
    try:
        wait_until(lambda: app.tasks.idle and app.window.isActiveWindow())  # what was chosen is kept by now
        yield session
    finally:
        assert session.app.close(), "a question or action would not end"
        session.app.deleteLater()
        session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def reach(session: Session, page_id: str) -> None:
    """Open the page as a person would, with something under way where things are done."""
    app, window = session.app, session.app.window
    if page_id == "order_lines":
        window.start("performance")
        settle(window)
        page: Any = window.router.page
        page.show_lines()
    else:
        subject = session.desk.ask(guide.busy_partner) if page_id in OF_A_PARTNER else None
        if page_id == "order":
            subject = session.desk.ask(_an_order)
        elif page_id == "receivables":
            subject = session.desk.ask(guide.owing_partner)
        elif page_id == "survey":
            subject = session.desk.ask(guide.open_survey)
        window.start(guide.PARTS.get(page_id, page_id), subject)
    settle(window)
    if page_id in (*_WORKED_ON, *guide.PARTS, *guide.PARTS.values()):
        guide.prepare(app, page_id)
        settle(window)
    window.messages.clear()
    assert window.router.here == guide.PARTS.get(page_id, page_id)


def _an_order(connection: Any) -> bytes:
    from channeldesk.queries import orders

    return bytes(orders.rows(connection, orders.keys(connection)[:1])[0].id)


def settle(window: Any) -> None:
    """Until nothing is asked and no timer of the window is about to ring."""
    wait_until(lambda: window.tasks.idle and not _soon(window))


def _soon(root: QObject) -> list[QTimer]:
    timers = root.findChildren(QTimer)
    return [one for one in timers if one.isActive() and one.isSingleShot() and one.interval() < _SOON_MS]


def wait_until(ready: Callable[[], bool]) -> None:
    """Ready, and again ready after the window had its turn, some times over."""
    deadline = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 5:
        assert time.monotonic() < deadline, "the window does not come to rest"
        QApplication.processEvents()
        time.sleep(0.01)
        quiet = quiet + 1 if ready() else 0


def still(widget: QWidget) -> QImage:
    """The picture, once two in a row are the same."""
    deadline = time.monotonic() + PATIENCE
    last = QImage()
    while True:
        now = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        if now == last:
            return now
        assert time.monotonic() < deadline, "the picture does not stand still"
        last = now
        wait_until(lambda: not _soon(widget))


def save(picture: QImage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert picture.save(str(path), "WEBP", 100), path  # nothing is lost at 100


def cut_off(window: QWidget) -> list[str]:
    with pytest.MonkeyPatch.context() as patch, looking.watching(patch) as painted:
        window.grab()
    return looking.cut_off(window, painted)


def gallery(folder: Path, scheme: str) -> None:
    """Every part of the gallery in a picture of its own."""
    set_translator(Translator("en", zone="UTC", home="CNY"))
    theme.apply(scheme)
    tasks = Tasks(NoDesk())
    made = [(one.__name__, one()) for one in parts.SECTIONS]
    made += [(f"data-{at}", one) for at, one in enumerate(data.sections(tasks), 1)]
    for name, part in made:
        part.setObjectName("body")
        part.show()
        wait_until(lambda: tasks.idle)
        part.resize(1200, part.heightForWidth(1200) if part.hasHeightForWidth() else part.sizeHint().height())
        wait_until(lambda: tasks.idle)
        save(still(part), folder / f"{name}.webp")
        part.hide()
        part.deleteLater()
    assert tasks.close()


if __name__ == "__main__":
    into, common, wanted = sys.argv[1:]
    print(json.dumps(main(Path(into), Path(common), wanted)))
