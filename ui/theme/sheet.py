"""The one style sheet.

It holds what Qt's own widgets need; our own widgets paint themselves from the tokens.
"""

from __future__ import annotations

from string import Template

from ui.theme.tokens import Tokens

_SHEET = Template("""
QToolTip { background: $tooltip; color: $on_tooltip; border: 0; padding: 6px 8px; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 4px;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 26px; padding: 0 7px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QTextEdit#guide, QTextEdit#guide:hover { background: $window; border: 0; padding: 0; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: $outline; }
QLineEdit:disabled, QPlainTextEdit:disabled { background: $side; color: $tertiary; border-color: $separator; }
QLineEdit:read-only { background: $side; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border-color: $bad_graphic; }
QLineEdit#filter {
    background: transparent; border: 1px solid transparent; border-radius: 3px;
    min-height: 20px; padding: 0 4px;
}
QLineEdit#filter:hover { border-color: $border; }
QLineEdit#filter[active="true"] { background: $selection; color: $accent; border-color: $accent; }
QLineEdit#filter:focus { background: $raised; color: $text; border: 1px solid $accent; }
QLineEdit#find, QLineEdit#find:hover {
    background: transparent; border: 0; border-radius: 4px; min-height: 34px; padding: 0;
}
QLineEdit#find:focus { background: $raised; }
QLineEdit#bare { background: transparent; border: 0; padding: 0; }
QLineEdit#cell {
    border: 2px solid $accent; border-radius: 0; padding: 0 6px; min-height: 0; background: $window;
}
QTableView, QListView, QTreeView {
    background: $window; border: 0; outline: 0; gridline-color: $separator;
    selection-background-color: $selection; selection-color: $text;
}
QListView::item { border: 0; }
QHeaderView, QHeaderView::section { background: $window; color: $secondary; border: 0; }
QTableCornerButton::section { background: $window; border: 0; }
QScrollArea, QScrollArea > QWidget > QWidget#body { background: $window; border: 0; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $raised; color: $text; border: 1px solid $border; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; min-height: 18px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $tertiary; }
QMenu::separator { height: 1px; background: $separator; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QComboBox::drop-down { border: 0; background: transparent; width: 20px; }
QComboBox[wrong="true"] { border-color: $bad_graphic; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; padding: 4px; }
QSplitter::handle { background: $separator; }
QDialog { background: $window; }
QFrame#popup { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame#line { background: $separator; border: 0; }
QWidget#side { background: $side; }
""")


_TINTS = ("text", "secondary", "tertiary", "accent", "good", "warning", "bad", "provisional", "on_accent")


def sheet(tokens: Tokens) -> str:
    tints = (f'QLabel[tint="{name}"] {{ color: {getattr(tokens, name)}; }}' for name in _TINTS)
    return _SHEET.substitute(vars(tokens)) + "\n".join(tints)
