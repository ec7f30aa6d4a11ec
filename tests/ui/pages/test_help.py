"""Help: F1 opens the chapter about the page, found while one types, without a network."""

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from channeldesk.model import guide
from tests.support.demo_pages import ShowPage, settle
from ui.pages.help import HelpPage
from ui.shell.shortcuts import ShortcutsDialog, page_keys
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.search import PAUSE_MS


def page_of(window: Window) -> HelpPage:
    page = window.router.page
    assert isinstance(page, HelpPage)
    return page


def title(page: HelpPage) -> str:
    return page.reader.document().firstBlock().text()


def type_in(qtbot: QtBot, window: Window, text: str) -> HelpPage:
    page = page_of(window)
    page.search.clear()
    qtbot.keyClicks(page.search, text)
    qtbot.wait(PAUSE_MS + 20)
    settle(qtbot, window)
    return page


def test_f1_opens_the_chapter_about_the_page(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("stock")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for page_id, wanted in (
        ("stock", "Stock"),
        ("order", "Orders"),
        ("trail", "Settings, lock and passphrase"),
    ):
        window.router.go(page_id)
        settle(qtbot, window)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        settle(qtbot, window)
        assert title(page_of(window)) == wanted
        assert page_of(window).contents.currentItem().text() == wanted
        assert page_of(window).search.hasFocus()


def test_topics_links_and_the_way_back(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("help", "today")
    page = page_of(window)
    assert page.contents.count() == len(guide.CHAPTERS)
    page.contents.setFocus()
    qtbot.keyClick(page.contents, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert (title(page), page.subject) == ("Partners", "partners")
    assert page.contents.hasFocus(), "the keyboard stays where it chose"
    link = page.reader.document().find("partner's page")
    assert link.charFormat().anchorHref() == "partner.md"
    place = page.reader.cursorRect(QTextCursor(link)).center() - QPoint(20, 0)
    page.reader.setTextCursor(link)
    page.reader.ensureCursorVisible()
    place = page.reader.cursorRect(link).center() - QPoint(20, 0)
    qtbot.mouseClick(page.reader.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(qtbot, window)
    assert title(page) == "A partner's page"
    window.router.back()
    settle(qtbot, window)
    assert (title(page), page.contents.currentItem().text()) == ("Partners", "Partners")
    window.router.back()
    window.router.forward()
    settle(qtbot, window)
    assert title(page) == "Partners"


def test_nothing_outside_the_program_is_opened(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("help", "today")
    page = page_of(window)
    for url in ("https://example.org/orders.md", "file:///orders.md", "../../secret.md", "nothing.md"):
        page.reader.anchorClicked.emit(QUrl(url))
        settle(qtbot, window)
        assert (title(page), page.subject) == ("Today", "today")


def test_found_while_typing_with_the_words_marked(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("help", "today")
    page = type_in(qtbot, window, "expected quantity")
    found = page.contents.lines
    assert "count" in {one.chapter for one in found}
    assert {word.casefold() for word in page.reader.marked} <= {"expected", "quantity"}
    assert page.reader.marked
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert page.contents.count() == len(guide.CHAPTERS)
    assert page.reader.marked == []


def test_nothing_found_says_so_and_leads_back(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("help", "today")
    page = type_in(qtbot, window, "zebra")
    assert page.nothing.isVisible()
    assert page.contents.count() == 0
    page.nothing.pressed.emit()
    settle(qtbot, window)
    assert page.reader.isVisible()
    assert page.contents.count() == len(guide.CHAPTERS)


def test_the_pictures_fit_the_width(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("help", "today", size=(1024, 700))
    page = page_of(window)
    document = page.reader.document()
    picture = document.find("￼")
    assert picture.charFormat().isImageFormat()
    assert document.idealWidth() <= page.reader.viewport().width()


def test_the_overview_of_keys_begins_with_those_of_the_page(show_page: ShowPage) -> None:
    window = show_page("orders")
    window.show_shortcuts()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    titles = [one.text() for one in dialog.findChildren(Label)]
    assert titles[:2] == ["On this page", "Everywhere"]
    _, keys = page_keys(window.router.page, "")  # type: ignore[arg-type]
    assert ("Search: Number or partner", "Ctrl+F") in keys
    dialog.reject()
