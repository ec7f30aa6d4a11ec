"""How far a long piece of work on the whole profile is: its step in words, and a bar."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.i18n import N_, t
from ui.widgets.label import Label
from ui.widgets.progress import Bar

_STEPS = {
    "copying": N_("Copying the data"),
    "writing": N_("Writing the file"),
    "verifying": N_("Reading it again to be sure"),
    "unpacking": N_("Unpacking the data"),
    "keeping": N_("Putting it in place"),
}


class Stopped(Exception):
    """The person does not want it any more."""


def watched(
    progress: Callable[[tuple[str, int, int]], None], cancel: Event
) -> Callable[[str, int, int], None]:
    """Tells ``progress``, and stops the work once ``cancel`` is set, unless it is done."""

    def tell(step: str, done: int, of: int) -> None:
        if cancel.is_set() and step:
            raise Stopped
        progress((step, done, of))

    return tell


class StepBar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.step = Label("", "body", "secondary", wrap=True)
        self.bar = Bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.step)
        column.addWidget(self.bar)

    def show_step(self, told: tuple[str, int, int]) -> None:
        step, done, of = told
        if step:
            self.step.setText(t(_STEPS[step]))
        self.bar.set_share(done / of)
