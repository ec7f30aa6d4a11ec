"""A person's hands at the window: real keys and mouse presses, each of them counted.

A *click* is a press of the mouse, or one stroke of a key that commands something. What is typed (text,
digits, and the Enter that ends it) counts as *keys*. How long a person takes is reckoned by the
keystroke-level model of Card, Moran and Newell: a look before each command and each entry, a way with the
mouse, strokes of a key; a scan is ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from benchmarks import screen

if TYPE_CHECKING:
    from ui.app import App

LOOK, POINT, KEY, SCAN = 1.35, 1.1, 0.2, 1.5
"""Seconds: to make up one's mind, to reach something with the mouse, to press a key or a button; to take the
next thing in hand and scan it.
"""
_PLAIN, _LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@dataclass
class Effort:
    """What a step cost. ``machine`` are seconds that the program took to answer and paint."""

    clicks: int = 0
    by_mouse: int = 0
    keys: int = 0
    entries: int = 0
    scans: int = 0
    machine: float = 0.0

    @property
    def person(self) -> float:
        """Seconds of the whole step, the person's own share reckoned."""
        looks = (self.clicks + self.entries) * LOOK
        strokes = (self.clicks + self.keys) * KEY
        return self.machine + looks + strokes + self.by_mouse * POINT + self.scans * SCAN


class Hand:
    """Works on whatever window or dialog is in front, and waits until every answer is painted."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.effort = Effort()

    @contextmanager
    def counting(self) -> Iterator[Effort]:
        """What is done inside counts; charts that are drawn after the answers do not."""
        self.effort = Effort()
        yield self.effort
        screen.settle(self.app.tasks, self.app.window)

    # what a person does

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
        """A key that commands."""
        self.effort.clicks += 1
        with self._answered():
            QTest.keyClick(self._focused(), key, modifiers)

    def click(
        self, widget: QWidget, at: QPoint | None = None, modifiers: Qt.KeyboardModifier = _PLAIN
    ) -> None:
        """With the mouse, where a person would see ``widget``; it must not lie under anything."""
        self.effort.clicks += 1
        self.effort.by_mouse += 1
        place = widget.rect().center() if at is None else at
        window = widget.window()
        seen = window.childAt(widget.mapTo(window, place)) or window
        if window not in (self.front, QApplication.activePopupWidget()) or not (
            seen is widget or widget.isAncestorOf(seen)
        ):
            raise LookupError(f"{widget.accessibleName() or widget} is covered by {seen}")
        with self._answered():
            QTest.mouseClick(window.windowHandle(), _LEFT, modifiers, widget.mapTo(window, place))

    def press(self, title: str) -> None:
        """The button of this name."""
        self.click(self.button(title))

    def pick(self, title: str) -> None:
        """An entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            raise LookupError(f"no menu is open for {title!r}")
        action = next(one for one in menu.actions() if one.text().strip() == title)
        self.click(menu, menu.actionGeometry(action).center())

    def enter(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """Types into what has the focus, character by character, as one entry."""
        self.effort.entries += 1
        self.effort.keys += len(text) + (end is not None)
        self._type(text, end)

    def scan(self, code: str) -> None:
        """What a barcode scanner types, at once and with Enter."""
        self.effort.scans += 1
        self._type(code, Qt.Key.Key_Return)

    def _type(self, text: str, end: Qt.Key | None) -> None:
        with self._answered():
            for sign in text:
                QTest.keyClicks(self._focused(), sign)
                QApplication.processEvents()
            if end is not None:
                QTest.keyClick(self._focused(), end)

    # what a person sees

    @property
    def front(self) -> QWidget:
        """The dialog that wants an answer, else the window."""
        return QApplication.activeModalWidget() or self.app.window

    def button(self, title: str) -> QAbstractButton:
        for one in self.front.findChildren(QAbstractButton):
            if one.isVisible() and one.isEnabled() and title in (one.text(), one.accessibleName()):
                return one
        raise LookupError(f"no button {title!r} on {self.app.window.router.here}")

    def until(self, done: Callable[[], bool]) -> None:
        """Waits for something that takes its time; it counts as the program's."""
        with self._answered():
            screen.wait_for(done)

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.front

    @contextmanager
    def _answered(self) -> Iterator[None]:
        started = time.perf_counter()
        yield
        screen.settle(self.app.tasks, self.app.window, questions=True)
        if QApplication.activeWindow() is None:  # no window system to give the focus back to what is in front
            self.front.activateWindow()
        self.effort.machine += time.perf_counter() - started
