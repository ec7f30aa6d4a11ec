"""One line of an order in the form for goods that come back: how many, why, in which condition."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from channeldesk.model.notice import Problem
from channeldesk.model.orders import CONDITIONS, DISPOSITIONS, REASONS
from channeldesk.queries.drafts import DraftLine, Return
from channeldesk.queries.orders import OrderLine
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.returns import SUGGESTED
from ui.i18n import formats, t
from ui.widgets.choice import Choice
from ui.widgets.label import Elided, Label
from ui.widgets.orders import words

_EDITOR = 96


class ReturnLine(QObject):
    """``changed`` after every step. The questions appear once a quantity comes back."""

    changed = Signal()

    def __init__(self, line: OrderLine, parent: QObject) -> None:
        super().__init__(parent)
        self.line = line
        name = words.two_names(line.name, line.name_local)[0]
        self.name = Elided(name)
        self.quantity = QLineEdit()
        self.quantity.setFixedWidth(_EDITOR)
        self.quantity.setAccessibleName(t("Comes back: {product}", product=name))
        self.left = Label(_of(line), "caption")
        self.reason = _choice("return_reason", REASONS, t("Reason?"))
        self.condition = _choice("condition", CONDITIONS, t("Condition?"))
        self.disposition = _choice("disposition", DISPOSITIONS, t("What becomes of it?"))
        self.questions = QWidget()
        row = QHBoxLayout(self.questions)
        row.setContentsMargins(0, 0, 0, 6)
        row.setSpacing(8)
        for one in (self.reason, self.condition, self.disposition):
            row.addWidget(one)
            one.chosen.connect(self.changed)
        row.addStretch(1)
        self.questions.hide()
        self.condition.chosen.connect(self._suggest)
        self.quantity.textChanged.connect(self._typed)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Takes two rows of the grid."""
        grid.addWidget(self.name, row, 0)
        grid.addWidget(self.quantity, row, 1)
        grid.addWidget(self.left, row, 2)
        grid.addWidget(self.questions, row + 1, 0, 1, 3)

    def take_all(self) -> None:
        left = self.line.quantity - self.line.returned
        self.quantity.setText(formats().quantity(left) if left else "")

    def answer_like(self, other: ReturnLine) -> None:
        """Take over what was answered for another line, where nothing is answered here."""
        for mine, theirs in zip(self._choices, other._choices, strict=True):
            if mine.key is None and theirs.key is not None:
                mine.choose(theirs.key)

    @property
    def editors(self) -> dict[str, QWidget]:
        """By a name of its own each, in the order in which they are filled in."""
        names = ("quantity", "reason", "condition", "disposition")
        of = self.line.id.hex()
        return {f"{of}.{name}": one for name, one in zip(names, (self.quantity, *self._choices), strict=True)}

    @property
    def comes_back(self) -> bool:
        return not self.questions.isHidden()

    @property
    def answered(self) -> bool:
        return all(one.key is not None for one in self._choices)

    def read(self) -> DraftLine | None:
        """What comes back. Raises Problem for what is no quantity, or more than is left of the order."""
        line = self.line
        if not self.quantity.text().strip():
            return None
        quantity = formats().read_quantity(self.quantity.text())
        if not 0 <= quantity <= line.quantity - line.returned:
            raise _too_much(line)
        if not quantity:
            return None
        reason, condition, disposition = (None if one.key is None else str(one.key) for one in self._choices)
        returned = Return(line.id, reason, condition, disposition)
        return DraftLine(line.product_id, -quantity, line.unit_price, returned)

    @property
    def _choices(self) -> tuple[Choice, Choice, Choice]:
        return self.reason, self.condition, self.disposition

    def _typed(self) -> None:
        try:
            some = self.read() is not None
        except Problem:
            some = False
        self.questions.setVisible(some)
        self.changed.emit()

    def _suggest(self, condition: object) -> None:
        if condition in SUGGESTED:
            self.disposition.choose(SUGGESTED[str(condition)])


def _choice(field: str, codes: tuple[str, ...], asked: str) -> Choice:
    options = [(None, asked), *((code, t(CHOICE_NAMES[field][code])) for code in codes)]
    return Choice("", options)


def _of(line: OrderLine) -> str:
    ordered = words.amount(line.quantity, line.unit)
    if not line.returned:
        return t("of {quantity}", quantity=ordered)
    returned = words.amount(line.returned, line.unit)
    return t("of {quantity}, {returned} back already", quantity=ordered, returned=returned)


def _too_much(line: OrderLine) -> Problem:
    ordered = words.amount(line.quantity, line.unit)
    if not line.returned:
        return Problem.of("order.return_too_much", sku=line.sku, ordered=ordered)
    returned = words.amount(line.returned, line.unit)
    left = words.amount(line.quantity - line.returned, line.unit)
    return Problem.of(
        "order.return_again_too_much", sku=line.sku, left=left, ordered=ordered, returned=returned
    )
