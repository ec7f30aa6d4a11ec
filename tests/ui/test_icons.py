"""Every icon that the window names is there: a wrong name inside a paint event would end the process."""

import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from ui import icons

UI = Path(icons.__file__).parent
_PLACES = {
    "Entry": 2,
    "Event": 3,
    "Hit": 1,
    "IconButton": 0,
    "NavItem": 1,
    "add_action": 1,
    "empty": 3,
    "icon": 0,
    "paint": 3,
    "pixmap": 0,
    "set_icon": 0,
    "show_empty": 3,
    "show_sign": 0,
}
"""Where each of our functions takes an icon among its positional arguments."""


def named() -> set[tuple[str, str]]:
    """(file, name) of every text in `ui` that is given where an icon is taken."""
    found: set[tuple[str, str]] = set()
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            for keyword in node.keywords:
                if keyword.arg in ("icon", "icon_name"):
                    found |= {(path.name, text) for text in texts(keyword.value)}
            called, owner = call_name(node.func)
            place = _PLACES.get(called) if called != "paint" or owner == "icons" else None
            if place is not None and len(node.args) > place:
                found |= {(path.name, text) for text in texts(node.args[place])}
    return found


def call_name(func: ast.expr) -> tuple[str, str]:
    """('paint', 'icons') of ``icons.paint(...)``."""
    if isinstance(func, ast.Attribute):
        return func.attr, getattr(func.value, "id", "")
    return getattr(func, "id", ""), ""


def texts(node: ast.expr) -> set[str]:
    """The literal texts an expression may give."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return set()


def test_every_icon_named_is_there() -> None:
    used = named()
    assert len(used) > 20, "the search for names finds nothing"
    assert {one for one in used if one[1] not in icons.names()} == set()


def test_the_message_bar_and_table_icons_are_there() -> None:
    from ui.widgets.message_bar import _ICONS

    assert set(_ICONS.values()) | {"arrow-up", "arrow-down", "caret-down"} <= icons.names()


def test_every_file_draws_something(qapp: object) -> None:
    for name in icons.names():
        picture = icons.pixmap(name, "#ff0000", 16).toImage()
        inked = [
            (x, y) for x in range(16) for y in range(16) if QColor(picture.pixelColor(x, y)).alpha() > 60
        ]
        assert inked, name


@pytest.mark.allow_log("no icon named", reason="the icon is asked for on purpose")
def test_an_unknown_icon_is_logged_and_empty(qapp: object) -> None:
    assert not icons.pixmap("no-such-icon", "text", 16).isNull()


def test_the_licence_is_beside_the_icons() -> None:
    assert "MIT License" in (icons.FOLDER / "LICENSE.phosphor").read_text(encoding="utf-8")
