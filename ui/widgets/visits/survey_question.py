"""One question of a survey with its editor, and beside it what is wrong with the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from channeldesk.model.survey import LONGEST_ANSWER
from channeldesk.queries.surveys import AskedQuestion, options_shown
from channeldesk.rules.surveys import STEPS
from ui.i18n import formats, language, own_name, t
from ui.viewmodels.survey import NO_WORD, YES_WORD
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.radio import Radio


class QuestionField(QWidget):
    """``answered`` carries what was typed or chosen; ``left``: the keyboard went on."""

    answered = Signal(object, str)
    left = Signal(object)

    def __init__(self, number: int, asked: AskedQuestion, typed: str) -> None:
        super().__init__()
        self.asked = asked
        self.rule = asked.rule
        self._title = own_name(asked.text, asked.text_local)
        text = t("{number}. {question}", number=number, question=self._title)
        label = Label(text, "name", wrap=True)
        self.message = Label("", "hint", wrap=True)
        self.options: list[tuple[str, Radio]] = []
        self._group = QButtonGroup(self)
        self.line: QLineEdit | None = None
        self.words: QPlainTextEdit | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label)
        column.addWidget(self._make_editor(typed))
        column.addWidget(self.message)
        self.set_error("")

    def _make_editor(self, typed: str) -> QWidget:
        match self.rule.kind:
            case "number":
                self.line = QLineEdit(typed)
                self.line.setFixedWidth(120)
                self.line.textEdited.connect(self._write)
                return self._named(self.line)
            case "text":
                self.words = QPlainTextEdit(typed)
                self.words.setTabChangesFocus(True)
                self.words.setFixedHeight(64)
                self.words.textChanged.connect(self._wrote)
                return self._named(self.words)
        made = QWidget()
        flow = Flow(made, 20)
        for key, name in self._choices():
            radio = Radio(name)
            radio.setAccessibleDescription(self._title)
            radio.setChecked(key == typed)
            radio.clicked.connect(self._chose)
            radio.installEventFilter(self)
            self._group.addButton(radio)
            self.options.append((key, radio))
            flow.addWidget(radio)
        return made

    def _choices(self) -> list[tuple[str, str]]:
        match self.rule.kind:
            case "yes_no":
                return [(YES_WORD, t("Yes")), (NO_WORD, t("No"))]
            case "scale":
                ends = {STEPS[0]: t("1, poor"), STEPS[-1]: t("5, excellent")}
                return [(str(step), ends.get(step) or formats().integer(step)) for step in STEPS]
        shown = options_shown(self.asked, language().startswith("zh"))
        return [(option.text, name) for option, name in shown]

    def _named(self, editor: QWidget) -> QWidget:
        editor.setAccessibleName(self._title)
        editor.installEventFilter(self)
        return editor

    @property
    def editor(self) -> QWidget:
        """Where the keyboard goes."""
        if self.options:
            chosen = next((radio for _, radio in self.options if radio.isChecked()), None)
            return chosen or self.options[0][1]
        found = self.line or self.words
        assert found is not None
        return found

    def set_error(self, message: str) -> None:
        """An empty message says that nothing is wrong."""
        hint = message or ("" if self.rule.needed else t("May stay empty"))
        self.message.setText(hint)
        self.message.set_tint("bad" if message else "tertiary")
        self.message.setVisible(bool(hint))
        parts: list[QWidget] = [radio for _, radio in self.options] or [self.editor]
        for part in parts:
            told = [self._title] if self.options else []
            part.setAccessibleDescription("\n".join([*told, message] if message else told))
        typing = self.line or self.words
        if typing is not None and typing.property("wrong") != bool(message):
            typing.setProperty("wrong", bool(message))
            typing.style().polish(typing)
            typing.update()

    def _chose(self) -> None:
        found = next((key for key, radio in self.options if radio.isChecked()), "")
        self.answered.emit(self.rule.id, found)

    def _write(self, text: str) -> None:
        self.answered.emit(self.rule.id, text)

    def _wrote(self) -> None:
        assert self.words is not None
        self.answered.emit(self.rule.id, self.words.toPlainText()[:LONGEST_ANSWER])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in (
                Qt.FocusReason.ActiveWindowFocusReason,
                Qt.FocusReason.PopupFocusReason,
            ):
                self.left.emit(self.rule.id)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.options:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        """A figure chooses that option, Del none."""
        typed = event.text()
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(self.options):
            radio = self.options[int(typed) - 1][1]
            radio.setFocus()
            radio.click()
            return True
        if event.key() == Qt.Key.Key_Delete:
            self._group.setExclusive(False)
            for _, radio in self.options:
                radio.setChecked(False)
            self._group.setExclusive(True)
            self._chose()
            return True
        return False
