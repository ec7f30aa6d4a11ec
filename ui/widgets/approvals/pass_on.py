"""Handing requests to another person who may decide them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from channeldesk.actions import approvals as actions
from channeldesk.model.changes import Done
from ui.context import Context
from ui.i18n import n, t
from ui.widgets.field import FormField
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.pick import Pick


class PassOnDialog(FormDialog):
    """``people``: id and name of those who may."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        approvals: Sequence[bytes],
        people: Sequence[tuple[bytes, str]],
    ) -> None:
        super().__init__(parent, t("Pass on"), t("Pass on"), 420)
        self._context, self._approvals = context, approvals
        self.say(n("{count} request", "{count} requests", len(approvals)))
        self.person = Pick([(None, ""), *people])
        self.content.addWidget(FormField(t("To whom"), self.person))
        self._chosen: bytes | None = None
        self.person.picked.connect(self._picked)
        self.person.missed.connect(lambda: self._picked(None))
        self.confirmed.connect(self._pass_on)
        self.main.setEnabled(False)
        self.person.setFocus()

    def _picked(self, person: bytes | None) -> None:
        self._chosen = person
        self.main.setEnabled(person is not None)

    def _pass_on(self) -> None:
        if self._chosen is not None:
            parts = (list(self._approvals), self._chosen)
            self.act(self._context.tasks, actions.pass_on, *parts, then=self._done, failed=self._context.fail)

    def _done(self, _done: Done[int]) -> None:
        self.accept()
