"""Pages whose data is still arriving say so instead of showing wrong figures."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.shell.arriving import Arriving
from ui.viewmodels.first_sync import FirstSync


@dataclass
class Step:
    name: str
    done: int = 0
    expected: int = 0
    parts: tuple[tuple[str, int, int], ...] = ()


def parts(orders: int) -> tuple[tuple[str, int, int], ...]:
    return (("territory", 2, 2), ("partner", 5, 5), ("contact", 9, 9), ("order_line", orders, 100))


@pytest.fixture
def arriving(qtbot: QtBot) -> Iterator[Arriving]:
    window = QWidget()
    made = Arriving(QLabel("the page"))
    made.setParent(window)
    made.strip.setParent(window)
    window.resize(900, 600)
    made.resize(900, 600)
    window.show()
    yield made
    window.hide()
    window.deleteLater()


def test_a_page_is_covered_until_its_rows_are_here(arriving: Arriving) -> None:
    first = FirstSync()
    first.report(Step("marked", 116, 116, parts(0)))
    arriving.show_first(first)
    arriving.show_page("partners")
    assert not arriving.covered
    assert not arriving.strip.isVisible()
    arriving.show_page("orders")
    assert arriving.covered
    assert arriving.cover._title.text() == "Still arriving: Orders and their lines"
    assert "0 of 100 rows" in arriving.cover._text.text()
    first.report(Step("marked", 216, 216, parts(100)))
    arriving.show_first(first)
    assert not arriving.covered
    arriving.show_page("today")
    assert arriving.covered, "the totals are still to come"
    first.report(Step("indexed", 216, 216))
    arriving.show_first(first)
    assert arriving.cover._title.text() == "Figures are being computed"
    first.report(Step("finished"))
    arriving.show_first(first)
    assert not arriving.covered
    assert not arriving.strip.isVisible()


def test_the_keyboard_is_back_where_it_was(qtbot: QtBot) -> None:
    page, window = QWidget(), QWidget()
    field = QLineEdit(page)
    made = Arriving(page)
    made.setParent(window)
    made.strip.setParent(window)
    made.show_page("orders")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    first = FirstSync()
    first.report(Step("marked", 16, 116, parts(0)))
    made.show_first(first)
    assert made.covered
    made.show_first(None)
    assert field.hasFocus()
    window.hide()
    window.deleteLater()


def test_who_looks_all_the_same_is_told_above_the_page(arriving: Arriving, qtbot: QtBot) -> None:
    first = FirstSync()
    first.report(Step("marked", 16, 116, parts(0)))
    arriving.show_first(first)
    arriving.show_page("performance")
    arriving.cover.look.click()
    assert not arriving.covered
    assert "Figures here are not complete" in arriving.strip._text.text()
    assert arriving.strip.isVisible()
    arriving.show_page("orders")
    assert arriving.covered, "of this page nobody said so"
    arriving.show_page("partner")
    assert not arriving.covered
    assert arriving.strip.isVisible()
    with qtbot.waitSignal(arriving.progress_wanted):
        arriving.strip.progress.click()
    arriving.show_first(None)
    assert not arriving.strip.isVisible()
