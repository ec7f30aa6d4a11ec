"""Beside the questions: how far the survey is, the score and how it comes about, and the key that records."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.i18n import formats, own_name, t
from ui.viewmodels.survey import SurveyForm
from ui.widgets.button import MAIN, QUIET, Button
from ui.widgets.entries import Entries, Entry
from ui.widgets.label import Elided, Label, Line
from ui.widgets.partners.words import score
from ui.widgets.progress import Bar

WIDTH, NARROW = 320, 256


class SurveyPane(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.answered = Label("", "caption", wrap=True)
        self.bar = Bar(6)
        self.bar.setAccessibleName(t("Questions answered"))
        self.figure = Label("", "title")
        self.earlier = Label("", "caption", wrap=True)
        self.parts = Entries()
        self.formula = Label(
            t("The score is the sum of points × weight, divided by the sum of the weights."),
            "hint",
            wrap=True,
        )
        self.saved = Elided("", "caption")
        self.record = Button(t("Record survey"), kind=MAIN, keys="Ctrl+Return")
        self.record.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.discard = Button(t("Discard"), kind=QUIET, icon="trash")
        place = self.discard.sizePolicy()
        place.setRetainSizeWhenHidden(True)  # or it would come where the other button just was
        self.discard.setSizePolicy(place)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bar)
        column.addWidget(self.answered)
        column.addSpacing(12)
        column.addWidget(Label(t("Score"), "section"))
        for part in (self.figure, self.earlier, self.parts, self.formula):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(Line())
        column.addSpacing(4)
        column.addWidget(self.saved)
        column.addWidget(self.record)
        column.addWidget(self.discard)

    def fill(self, form: SurveyForm) -> None:
        done, whole = form.answered, len(form.questions)
        self.bar.set_share(done / whole)
        self.answered.setText(t("{count} of {all} answered", count=done, all=whole))
        found = form.score
        self.figure.setText(score(found.score) if found.score is not None else "–")
        at = form.opened.answered_at
        self.earlier.setText(
            t(
                "Answered before at {time}. What you record now counts instead; both are kept.",
                time=formats().time(at),
            )
            if at is not None
            else ""
        )
        self.earlier.setVisible(at is not None)
        names = {one.rule.id: own_name(one.text, one.text_local) for one in form.opened.questions}
        self.parts.fill(
            [
                Entry(
                    "check",
                    names[part.question],
                    amount=t("{points} × {weight}", points=score(part.points), weight=part.weight),
                )
                for part in found.parts
            ]
        )
