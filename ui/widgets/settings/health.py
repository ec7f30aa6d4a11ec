"""Looking the data of this laptop over, and mending it: the doctor's findings in words."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Notice, Problem
from ui.context import Context
from ui.i18n import N_, t, tn
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.progress import Bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from channeldesk.sync.doctor import Report

STEPS = {
    "pages": N_("Checking every page of the data"),
    "files": N_("Checking the files kept on this laptop"),
    "outbox": N_("Checking what waits to be sent"),
    "standing": N_("Checking where this laptop and headquarters are"),
    "derived": N_("Checking search, summaries and stock"),
    "keys": N_("Checking the keys"),
}
_ICONS = {"advice": "info"}


class HealthPart(QWidget):
    """``check`` looks, ``mend`` puts right, ``compare`` asks headquarters; unsent work is never touched."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._report: Report | None = None
        self.state = Label(
            t("Looks at every page, at what waits and at what is computed, beside your work."),
            "body",
            "secondary",
            wrap=True,
        )
        self.bar, self.found = Bar(), Notes()
        self.check = Button(t("Check the data"), icon="shield-check")
        self.mend = Button(t("Mend it"), icon="magic-wand")
        self.compare = Button(t("Compare with headquarters"), icon="arrows-clockwise")
        self.check.clicked.connect(self._check)
        self.mend.clicked.connect(self._mend)
        self.compare.clicked.connect(self._compare)
        self.bar.hide()
        self.found.hide()
        self.mend.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(t("The data on this laptop"), "section"))
        column.addWidget(self.state)
        column.addWidget(self.bar)
        column.addWidget(self.found)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.check, self.mend, self.compare):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        if context.sync is not None:
            context.sync.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Comparing needs headquarters."""
        sync = self._context.sync
        able = sync is not None and not (sync.offline or sync.needs_sign_in or sync.status.running)
        self.compare.setEnabled(bool(able))

    def _check(self) -> None:
        self._begin(t("Checking the data"))
        self._context.tasks.run(
            self,
            "health",
            _examine,
            self._context.tasks.desk,
            then=self._came,
            failed=self._failed,
            progress=self._progress,
        )

    def _mend(self) -> None:
        if self._report is not None and any(one.cure == "repair" for one in self._report.findings):
            # Nobody may have the profile open meanwhile: the window offers it, and comes back afterwards.
            self._context.tasks.failed.emit(Problem.of("store.damaged", remedy="remedy.repair"))
            return
        self._begin(t("Mending. What waits to be sent is kept as it is."))
        self.bar.set_share(None)
        self._context.tasks.run(
            self,
            "health",
            _mend,
            self._context.tasks.desk,
            self._report,
            then=self._mended,
            failed=self._failed,
        )

    def _compare(self) -> None:
        if self._context.sync is not None:
            self._context.sync.compared.connect(self._compared)
            self._context.sync.compare()
            told = t("Comparing this laptop's copy with headquarters'. It runs beside your work.")
            self._context.say(told, "info")

    def _compared(self, differed: int | None) -> None:
        self._context.sync.compared.disconnect(self._compared)
        code = "doctor.too_early" if differed is None else "doctor.compared"
        notice = Notice("doctor.compared_mended", {"units": differed}) if differed else Notice(code)
        self._context.say(tn(notice), "warning" if differed or differed is None else "good")

    def _begin(self, text: str) -> None:
        self.state.setText(text)
        self.bar.set_share(0.0)
        self.bar.show()
        self.found.hide()
        for button in (self.check, self.mend):
            button.setEnabled(False)

    def _progress(self, told: tuple[str, int, int]) -> None:
        step, done, of = told
        if step:
            self.state.setText(t(STEPS[step]))
        self.bar.set_share(done / of)

    def _came(self, report: Any, done: tuple[Notice, ...] = ()) -> None:
        self._end()
        self._report = report
        if report is None:
            return
        notes = [("check-circle", tn(one)) for one in done]
        for one in report.findings:
            remedy = tn(Notice(one.remedy))
            notes.append((_ICONS.get(one.cure, "warning"), f"{tn(one.notice)} {remedy}"))
        self.found.fill(notes)
        self.found.setVisible(bool(notes))
        curable = any(one.cure in ("mend", "repair") for one in report.findings)
        self.mend.setVisible(curable)
        if report.sound:
            told = t("Everything is as it should be. Waiting to be sent: {count}.", count=_waits(report))
            self.state.setText(told)
        elif report.waiting is None:
            self.state.setText(t("Something is wrong."))
        else:
            told = t("Something is wrong. Waiting to be sent, and kept: {count}.", count=report.waiting)
            self.state.setText(told)

    def _mended(self, told: tuple[Any, tuple[Notice, ...]]) -> None:
        self._came(*told)

    def _failed(self, error: Exception) -> None:
        self._end()
        self.state.setText(t("The check could not be carried out."))
        self._context.fail(error)

    def _end(self) -> None:
        self.bar.hide()
        for button in (self.check, self.mend):
            button.setEnabled(True)


def _waits(report: Any) -> int:
    return int(report.waiting or 0)


def _examine(desk: Any, *, progress: Callable[[Any], None], cancel: Event) -> Any:
    """None for a desk of plain data."""
    asked = getattr(desk, "doctor", None)
    return asked(lambda *step: progress(step)) if asked is not None else None


def _mend(desk: Any, report: Any) -> tuple[Any, tuple[Notice, ...]]:
    done = tuple(desk.mend(report))
    return desk.doctor(), done
