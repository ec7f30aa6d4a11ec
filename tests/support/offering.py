"""What a window offers: the buttons that can be pressed now, and the keys."""

from __future__ import annotations

from ui.shell.shortcuts import page_keys
from ui.shell.window import Window
from ui.widgets.button import Button

WRITING = {
    "Edit", "Plan visit", "New order", "Promise", "Note", "Add", "Change", "Remove", "Add a contact",
    "Add files", "Name and note", "Set field", "Plan visits", "Check in", "Move", "Call off", "Count stock",
    "Check out",
    "Put right", "Send again as it is", "Give up", "Repeat", "Cancel order", "Plan", "Plan the visit",
}  # fmt: skip
"""Whatever changes what headquarters has."""


def offered(window: Window) -> set[str]:
    page = window.router.page
    assert page is not None
    shown = {one.text() for one in page.findChildren(Button) if one.isVisible() and one.isEnabled()}
    return shown | {name for name, _ in page_keys(page, "")[1]}
