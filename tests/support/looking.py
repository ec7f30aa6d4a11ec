"""What a person would see at a glance on a page, and a test must look for.

Text that was cut off without a tooltip, text that was never translated, controls without a name, a tab order
that jumps.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QAbstractListModel, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from channeldesk.model.formats import formats_for
from ui.widgets.button import Button
from ui.widgets.tabs import Tabs
from ui.widgets.visits.day_calendar import DayCalendar

_WORD = re.compile(r"[A-Za-z]{3,}")
_SEPARATORS = re.compile(r"\s+·\s+|\n|, |: | \+ | → |\s{2,}")
_EDGES = " .…()"
_BESIDE = re.compile(r"\s+·\s+")
_OWN = {"ChannelDesk", "English", "CNY", "GBP", "USD", "EUR", "PNG", "SVG", "CSV"}
_KEYS = set("Ctrl Shift Alt Enter Space Esc Del Delete Return Home End Tab Ins PgUp PgDown".split())


class Painted:
    """Texts that were painted since it began, and those of them that did not fit."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.elided: set[str] = set()


@contextmanager
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Painted]:
    """Listens at the one place where painted text is measured; what is drawn stays as it is."""
    module = sys.modules["ui.paint.text"]
    real = module.elided
    painted = Painted()

    def listening(content: str, room: float, *args: Any, **options: Any) -> str:
        shown: str = real(content, room, *args, **options)
        painted.texts.add(content)
        if shown != content.replace("\n", " "):
            painted.elided.add(content)
        return shown

    with monkeypatch.context() as patch:
        patch.setattr(module, "elided", listening)
        yield painted


def shown_widgets(root: QWidget) -> list[QWidget]:
    """Every widget on the page that a person can see at least a part of."""
    below = root.findChildren(QWidget)
    return [root, *(one for one in below if one.isVisible() and not _visible(one, root).isEmpty())]


def _visible(widget: QWidget, root: QWidget) -> QRect:
    """The part of a widget that its ancestors let through, in the root's coordinates."""
    here = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    step = widget.parentWidget()
    while step is not None and step is not root:
        here &= QRect(step.mapTo(root, QPoint(0, 0)), step.size())
        step = step.parentWidget()
    return here & root.rect()


# names and order


def nameless(root: QWidget) -> list[str]:
    """Controls that a screen reader cannot name."""
    return [
        _describe(one)
        for one in shown_widgets(root)
        if one is not root
        and one.isEnabled()
        and one.focusPolicy() != Qt.FocusPolicy.NoFocus
        and one.focusProxy() is None
        and not _name(one)
    ]


def keeping_tab(root: QWidget) -> list[str]:
    """Texts of several lines in which Tab types instead of going on."""
    return [
        _describe(one)
        for one in shown_widgets(root)
        if isinstance(one, QPlainTextEdit | QTextEdit) and not one.isReadOnly() and not one.tabChangesFocus()
    ]


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return (interface.text(QAccessible.Text.Name) if interface is not None else "") or widget.accessibleName()


def _describe(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {widget.objectName()!r} in {type(parent).__name__}"


def tab_jumps(root: QWidget) -> list[str]:
    """Neighbours in the tab order that go against the reading order within one parent."""
    chain: list[QWidget] = []
    step = root.nextInFocusChain()
    while step is not root and step is not None:
        if (
            root.isAncestorOf(step)
            and step.isVisible()
            and step.isEnabled()
            and step.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            chain.append(step)
        step = step.nextInFocusChain()
    jumps = []
    for first, second in pairwise(chain):
        if first.parentWidget() is not second.parentWidget():
            continue
        one, two = first.geometry(), second.geometry()
        above = two.bottom() <= one.top()
        beside = two.top() < one.bottom() and one.top() < two.bottom()
        if above or (beside and two.left() < one.left()):
            jumps.append(f"{_describe(first)} before {_describe(second)}")
    return jumps


# cut off


def cut_off(root: QWidget, painted: Painted) -> list[str]:
    """Texts that do not fit and whose whole no tooltip tells."""
    found = []
    widgets = shown_widgets(root)
    tips = "\n".join(tip for one in widgets for tip in _tips(one))
    for text in sorted(painted.elided):
        parts = [part for part in _BESIDE.split(text) if part.strip()]
        if not all(part in tips for part in parts) and not _told_by_a_view(widgets, text):
            found.append(f"painted {text!r}")
    for one in widgets:
        if isinstance(one, QLabel) and one.text() and not one.toolTip() and _label_is_cut(one):
            found.append(f"label {one.text()!r}: {one.width()} of {one.sizeHint().width()}")
        elif isinstance(one, Button) and one.width() < one.sizeHint().width() - 1:
            found.append(f"button {one.text()!r}: {one.width()} of {one.sizeHint().width()}")
        elif isinstance(one, Tabs) and not one.is_whole:
            found.append(f"tabs {one.accessibleName()!r}: {one.width()} of {one.sizeHint().width()}")
    found += [f"out of sight: {_describe(one)} {_said(one)!r}" for one in widgets if _leaves(one, root)]
    return found


def _label_is_cut(label: QLabel) -> bool:
    if label.wordWrap():
        return label.height() < label.heightForWidth(label.width()) - 2
    return label.width() < label.fontMetrics().horizontalAdvance(label.text()) - 1


def _leaves(widget: QWidget, root: QWidget) -> bool:
    """A control or text whose right end is beyond an ancestor that does not scroll sideways."""
    if not isinstance(widget, QAbstractButton | QLabel | QLineEdit):
        return False
    if _inside_a_view(widget):
        return False
    right = widget.width()
    step: QWidget | None = widget
    while step is not None and step is not root:
        right += step.x()
        step = step.parentWidget()
        if step is not None and right > step.width() + 1 and step.width() > 0:
            return True
    return False


def _inside_a_view(widget: QWidget) -> bool:
    """Headers and cells scroll sideways."""
    step = widget.parentWidget()
    while step is not None and not isinstance(step, QAbstractItemView):
        step = step.parentWidget()
    return step is not None


def _said(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton | QLabel | QLineEdit) else ""


def _tips(one: QWidget) -> list[str]:
    if isinstance(one, DayCalendar) and one.day is not None:
        return [one.told(entry) for entry in one.grid.entries]
    return [one.toolTip()]


def _told_by_a_view(widgets: Iterable[QWidget], text: str) -> bool:
    """Whether a cell or header of some view tells the text in its tooltip or is named so."""
    roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
    for one in widgets:
        if not isinstance(one, QAbstractItemView) or one.model() is None:
            continue
        model = one.model()
        rows = range(max(0, one.indexAt(QPoint(2, 2)).row()), min(model.rowCount(), 200))
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        for row in rows:
            for column in range(columns):
                index = model.index(row, column)
                if any(text in str(index.data(role) or "") for role in roles):
                    return True
        for column in range(columns):
            title = model.headerData(column, Qt.Orientation.Horizontal)
            if title and text in str(title):
                return True
    return False


# translated


def untranslated(root: QWidget, painted: Painted, data: set[str]) -> list[str]:
    """Texts in plain English while the made-up language is spoken; ``data`` is what the database says."""
    texts = set(painted.texts)
    for one in shown_widgets(root):
        texts |= {one.toolTip(), one.accessibleName()}
        if isinstance(one, QLabel | QAbstractButton):
            texts.add(one.text())
        if isinstance(one, QLineEdit):
            texts.add(one.placeholderText())
    known = data | {part.strip(_EDGES) for value in data for part in (value, *_SEPARATORS.split(value))}
    return sorted(text for text in texts if text and not _is_translated(text, known))


def _is_translated(text: str, data: set[str]) -> bool:
    parts = (part for part in _SEPARATORS.split(text) if "[" not in part and "~" not in part)
    return all(_is_data(part, data) for part in parts)


def _is_data(part: str, data: set[str]) -> bool:
    part = part.strip(_EDGES)
    if part in data or not _WORD.search(part):
        return True
    return all(word in _OWN | _KEYS | _calendar() | data for word in _WORD.findall(part))


def _calendar() -> set[str]:
    locale = formats_for("qps").locale
    names: set[str] = set()
    for kind in (locale.months, locale.days):
        for context in kind.values():
            for style in context.values():
                names |= {word for name in style.values() for word in _WORD.findall(str(name))}
    return names
