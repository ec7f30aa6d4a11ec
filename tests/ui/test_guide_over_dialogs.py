"""F1 in a dialog: the chapter about it stands over it, and what was typed is still there afterwards."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model import guide
from tests.support import project
from tests.support.demo_pages import ShowPage, settle
from ui.shell.shortcuts import ShortcutsDialog
from ui.shell.window import Window
from ui.widgets.help.dialog import GuideDialog
from ui.widgets.partners.contacts import ContactDialog

F1, ESCAPE = Qt.Key.Key_F1, Qt.Key.Key_Escape
_BUSIEST = "SELECT partner_id FROM sales_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


@pytest.fixture
def window(show_page: ShowPage, demo_desk: Desk) -> Window:
    return show_page("partner", bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_BUSIEST).scalar_one())))


def test_the_guide_opens_over_a_form_that_keeps_what_was_typed(window: Window, qtbot: QtBot) -> None:
    page = window.router.page
    assert page is not None
    dialog = ContactDialog(page, page.context, page.subject)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    name = dialog.fields["name"].editor
    assert isinstance(name, QLineEdit)
    QTest.keyClicks(name, "Wang")

    QTest.keyClick(name, F1)
    settle(qtbot, window)
    shown = dialog.findChild(GuideDialog)
    assert shown is not None
    assert shown.chapter is not None
    assert shown.chapter.name == "partner"
    assert shown.windowTitle() in shown.reader.toPlainText()
    shown.reader.followed.emit("orders.md")
    settle(qtbot, window)
    assert shown.chapter.name == "orders"

    QTest.keyClick(shown, ESCAPE)
    assert dialog.isVisible()
    assert name.text() == "Wang"
    dialog.reject()


def test_a_dialog_about_no_page_has_its_own_chapter(window: Window, qtbot: QtBot) -> None:
    window.show_shortcuts()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    dialog.show_help()
    settle(qtbot, window)
    shown = dialog.findChild(GuideDialog)
    assert shown is not None
    assert shown.chapter is not None
    assert shown.chapter.name == "shortcuts"
    shown.reject()
    dialog.reject()


def test_every_dialog_has_the_guide_and_names_a_chapter_that_exists() -> None:
    """Those of Qt's own aside."""
    named, bare = set(), set()
    for path in Path(project.ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            bases = {ast.unparse(one) for one in node.bases}
            if "QDialog" in bases and node.name not in ("Dialog", "GuideDialog"):
                bare.add(node.name)
            if bases & {"Dialog", "FormDialog", "NameDialog"}:
                named |= {
                    one.value.value
                    for one in node.body
                    if isinstance(one, ast.Assign)
                    and ast.unparse(one.targets[0]) == "chapter"
                    and isinstance(one.value, ast.Constant)
                }
    assert not bare
    assert {"partners", "files"} <= named <= set(guide.CHAPTERS)
