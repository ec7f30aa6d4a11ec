"""The bar above a week or a day: a step back, a step on, the present one, and what is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from ui.widgets.button import Button, IconButton
from ui.widgets.label import Label


def span_bar(
    title: Label,
    before: tuple[str, Callable[[], None]],
    after: tuple[str, Callable[[], None]],
    present: tuple[str, Callable[[], None]],
) -> QHBoxLayout:
    """Each step is its name and what it does."""
    earlier, later = (
        IconButton("caret-left", before[0], keys=","),
        IconButton("caret-right", after[0], keys="."),
    )
    now = Button(present[0], keys="T")
    bar = QHBoxLayout()
    bar.setSpacing(8)
    for button, (_, step) in ((earlier, before), (later, after), (now, present)):
        button.clicked.connect(step)
        bar.addWidget(button)
    bar.addSpacing(8)
    bar.addWidget(title, 1)
    return bar
