"""Every page of the window in every circumstance; a new page is tested by its line in PAGES.

Looked for: warnings of Qt and Python (they fail any test), text without translation, text that is cut off,
controls without a name, a tab order that jumps, threads and windows left behind. Each test takes a picture;
they are kept where CHANNELDESK_PICTURES names a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model import guide
from channeldesk.model.ids import new_id
from channeldesk.queries import partners
from channeldesk.rules.rights import ROLES
from tests.support import demo, looking
from tests.support.demo_pages import settle
from ui.pages import PAGES, pages_for
from ui.session import FIRST_SYNC, Session
from ui.theme import DARK_SCHEME, HIGH_DARK_SCHEME, LIGHT_SCHEME, theme

CIRCUMSTANCES = (
    "empty",
    "full",
    "offline",
    "dark",
    "contrast",
    "chinese",
    "chinese_small",
    "traditional",
    "pseudo",
    "small",
)
SMALL, USUAL = (1024, 700), (1440, 900)
LANGUAGES = {"chinese": "zh_CN", "chinese_small": "zh_CN", "traditional": "zh_TW", "pseudo": "qps"}
SCHEMES = {"dark": DARK_SCHEME, "contrast": HIGH_DARK_SCHEME}
OF_A_PARTNER = {"partner", "order_entry", "count"}
"""Pages that show one partner, or something of it."""


@pytest.fixture(scope="module")
def full_desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with demo.demo_copy(demo_template, tmp_path_factory.mktemp("full") / "profile").open() as desk:
        yield desk


@pytest.fixture(scope="module")
def bare_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with demo.empty_profile(tmp_path_factory.mktemp("bare") / "profile").open() as desk:
        yield desk


@pytest.fixture(scope="module")
def data(full_desk: Desk) -> set[str]:
    """Every text that the database says: what is none of it must be translated."""
    return full_desk.ask(_texts)


def _texts(connection: sa.Connection) -> set[str]:
    found: set[str] = set()
    tables = (
        connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    )
    for table in tables:
        if table in ("order_line", "stock_movement", "price_item") or table.startswith(("search", "sqlite")):
            continue
        for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
            found |= {value for value in row if isinstance(value, str)}
    return found


@pytest.fixture
def session(
    request: pytest.FixtureRequest,
    page_id: str,
    circumstance: str,
    full_desk: Desk,
    bare_desk: Desk,
    tmp_path: Path,
) -> Iterator[Session]:
    """The whole window, as the program makes it for somebody who is offered the page. Offline, rounds run and
    find nobody.
    """
    offered = {one.id for one in pages_for(ROLES["manager"])}
    role = "manager" if page_id in offered else "headquarters"
    if circumstance == "offline":
        with demo.demo_copy(request.getfixturevalue("demo_template"), tmp_path / "profile").open() as desk:
            yield from _windowed(desk, circumstance, role)
    else:
        yield from _windowed(bare_desk if circumstance == "empty" else full_desk, circumstance, role)


def _windowed(desk: Desk, circumstance: str, role: str) -> Iterator[Session]:
    desk.profile = replace(desk.profile, role=role)
    made = Session(desk)
    made.app.set_language(LANGUAGES.get(circumstance, "en"))
    theme.apply(SCHEMES.get(circumstance, LIGHT_SCHEME))
    made.app.window.resize(*(SMALL if circumstance.endswith("small") else USUAL))
    made.app.window.show()
    if circumstance == "offline":
        made.start()
    yield made
    assert made.app.close(), "a question or action would not end"
    made.app.deleteLater()
    made.deleteLater()


def subject_of(page_id: str, desk: Desk, circumstance: str) -> Any:
    """What the page is opened with; in an empty profile an id that leads nowhere."""
    if page_id not in OF_A_PARTNER:
        return None
    keys = desk.ask(partners.keys)
    return desk.ask(partners.rows, keys[:1])[0].id if keys else new_id()


def reach(qtbot: QtBot, session: Session, page_id: str, circumstance: str) -> None:
    """Open the page as a person would."""
    window = session.app.window
    if page_id == "order_lines" and circumstance != "empty":
        window.start("performance")
        settle(qtbot, window)
        window.router.page.show_lines()
    else:
        window.start(page_id, subject_of(page_id, session.desk, circumstance))
    settle(qtbot, window)
    if circumstance == "offline":
        qtbot.waitUntil(lambda: str(session.syncing.status.line) == "offline", timeout=10_000)
    assert window.router.here == page_id


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    kept = os.environ.get("CHANNELDESK_PICTURES")
    folder = Path(kept) if kept else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("page_id", [one.id for one in (*PAGES, FIRST_SYNC)])
@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
def test_a_page_stands_in_every_circumstance(
    page_id: str,
    circumstance: str,
    session: Session,
    data: set[str],
    pictures: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = session.app.window
    reach(qtbot, session, page_id, circumstance)
    page = window.router.page
    assert page is not None
    if circumstance != "empty":
        assert page.face.kind != "error" or not page.face.isVisible(), "the page shows an error"
    with looking.watching(monkeypatch) as painted:
        picture = window.grab()
    assert picture.save(str(pictures / f"{page_id}-{circumstance}.png"))
    wrong = {
        "without a name": looking.nameless(window),
        "against the reading order": looking.tab_jumps(page),
        "cut off": looking.cut_off(window, painted),
    }
    if circumstance == "pseudo":
        who = session.desk.profile
        said = data | {who.user_name, who.login, who.server, who.company, who.device_prefix}
        said |= {chapter.title for chapter in guide.read("en")}
        wrong["not translated"] = looking.untranslated(window, painted, said)
    found = [f"{kind}: {one}" for kind, ones in wrong.items() for one in ones]
    assert not found, "\n".join(found)
