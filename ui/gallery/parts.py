"""The sections of the gallery: colours, texts, controls, marks, faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.model.notice import Money, Problem, Rate, notice
from channeldesk.rules.explain import Step
from ui import paint
from ui.theme import colour
from ui.theme.fonts import CAPTION
from ui.theme.tokens import GRID, Tokens
from ui.widgets.button import DANGER, LINK, MAIN, NORMAL, QUIET, Button, IconButton
from ui.widgets.check import Check
from ui.widgets.chip import Chip
from ui.widgets.choice import Choice
from ui.widgets.crumbs import Crumbs
from ui.widgets.entries import Entries, Entry
from ui.widgets.face import Face
from ui.widgets.field import FormField
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.flow import Flow
from ui.widgets.health_ring import LARGE, SMALL, HealthRing
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.message_bar import MessageBar
from ui.widgets.notes import Notes
from ui.widgets.pick import Pick
from ui.widgets.progress import Bar, Progress
from ui.widgets.radio import Radio
from ui.widgets.search import SearchField
from ui.widgets.steps import Steps
from ui.widgets.tabs import Tabs

TREND = (3.1, 2.8, 3.4, 2.2, 2.9, None, 3.3, 3.9)


def section(title: str, *parts: QWidget, flow: bool = False) -> QWidget:
    """A heading and what stands below it: side by side as far as there is room, or one under another."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * GRID)
    column.addWidget(Label(title, "section"))
    if flow:
        inside = QWidget()
        row = Flow(inside)
        for part in parts:
            row.addWidget(part)
        column.addWidget(inside)
    else:
        for part in parts:
            column.addWidget(part)
    column.addWidget(Line())
    return made


def stacked(sections: Sequence[QWidget]) -> QWidget:
    """The whole gallery, to be scrolled."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5 * GRID)
    for one in sections:
        column.addWidget(one)
    return made


class Swatch(QWidget):
    """One colour of the theme, with its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(128, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(colour("border"))
            painter.setBrush(colour(self._name))
            painter.drawRect(QRectF(0.5, 0.5, 118, 28))
            paint.text(painter, QRectF(0, 32, 120, 18), self._name, tint="secondary", size=CAPTION)


def colours() -> QWidget:
    names = [one.name for one in fields(Tokens) if one.name not in ("dark", "shadow")]
    return section("Colours, by role", *(Swatch(name) for name in names), flow=True)


def texts() -> QWidget:
    roles = ("title", "figure", "section", "strong", "name", "body", "caption", "hint")
    said = [Label(f"{role}: Hengtai Hardware 杭州恒泰 ¥1,234.50", role) for role in roles]
    tints = [Label(tint, "body", tint) for tint in ("accent", "good", "warning", "bad", "provisional")]
    cut = Elided(
        "A text that has less room than it needs ends in a sign and says the rest as its tip", "body"
    )
    cut.setFixedWidth(260)
    return section("Texts", *said, *tints, cut)


def buttons() -> QWidget:
    made: list[QWidget] = []
    for kind in (NORMAL, MAIN, QUIET, LINK, DANGER):
        made += [Button(kind, kind=kind), Button(kind, icon="plus", keys="Ctrl+F9", kind=kind)]
        off = Button(f"{kind}, off", kind=kind)
        off.setEnabled(False)
        made.append(off)
    down = Button("checked", icon="rows")
    down.setCheckable(True)
    down.setChecked(True)
    made += [down, Button("More", caret=True), IconButton("copy", "Copy"), IconButton("export", "Export")]
    return section("Buttons", *made, flow=True)


def controls() -> QWidget:
    made: list[QWidget] = []
    for text, state in (("not chosen", 0), ("chosen", 2), ("some of them", 1)):
        check = Check(text)
        check.setTristate(state == 1)
        check.setCheckState(Qt.CheckState(state))
        made.append(check)
    one, other = Radio("this"), Radio("that")
    one.setChecked(True)
    choice = Choice("Period", [(1, "Nov 2026, P11"), (2, "Oct 2026, P10")])
    pick = Pick([(1, "East China 2"), (2, "South China")])
    return section(
        "Choices", *made, one, other, choice, pick, SearchField("Search", keys="Ctrl+F"), flow=True
    )


def form() -> QWidget:
    plain, wrong, off = QLineEdit("Li Wei"), QLineEdit("12,5,0"), QLineEdit("P-10004")
    off.setEnabled(False)
    note = QPlainTextEdit("Talked about the display rack.")
    note.setFixedHeight(64)
    parts = [
        FormField("Name", plain, "As on the contract"),
        FormField("Credit limit", wrong),
        FormField("Code", off),
        FormField("Payment term", QLineEdit("45"), unit="days"),
        FormField("Empty", QLineEdit(placeholderText="What was promised? Enter keeps it")),
        FormField("Note", note),
    ]
    parts[3].set_changed(True)
    parts[1].set_error("“12,5,0” is not a number.")
    for part in parts:
        part.setFixedWidth(260)
    return section("A form", *parts, flow=True)


def marks() -> QWidget:
    tones = ("outline", "good", "warning", "bad", "accent", "provisional")
    return section(
        "Chips", *(Chip(tone, tone) for tone in tones), Chip("with an icon", "good", "check"), flow=True
    )


def figures() -> QWidget:
    sales, late, none, level = (
        KeyFigure(text) for text in ("Net sales", "Overdue", "Not known", "Days of stock")
    )
    sales.set("¥2.09M", "59.7% of ¥3.5M", line=TREND, target=3.0, provisional="not confirmed yet")
    late.set("¥996,500", "5 partners; 3 hold 82%", tone="bad")
    level.set("33", "as of 25 Oct", unit="days", line=TREND)
    return section("Key figures", KeyFigures(sales, late, none, level))


def rings() -> QWidget:
    made: list[QWidget] = []
    for size in (LARGE, SMALL):
        for score, target, reason in (
            (86, 75, ""),
            (64, 75, ""),
            (31, None, ""),
            (0, 60, ""),
            (100, 100, ""),
            (58, 70, "Counts that headquarters has not received are in it."),
            (None, 75, ""),
            (None, None, ""),
        ):
            ring = HealthRing(size)
            why = "" if score is not None else "Too little is known of the last three months."
            ring.set(score, target=target, provisional=reason, why=why)
            made.append(ring)
    return section("Health rings", *made, flow=True)


def navigation() -> QWidget:
    crumbs = Crumbs()
    crumbs.set([(1, "All territories"), (2, "China"), (3, "East China 2")])
    tabs = Tabs([(1, "Overview", None), (2, "Orders", 57), (3, "Stock", 0)])
    keys = KeyRow([("Return", "open"), ("Ctrl+C", "copy"), ("Delete", "remove")])
    return section("Ways through a page", crumbs, tabs, keys)


def lists() -> QWidget:
    entries, notes = Entries(), Notes()
    entries.fill(
        [
            Entry("check-circle", "3 orders accepted", amount="¥125,076", tone="good"),
            Entry("warning", "Limit exceeded", text="Hengtai", amount="¥4,300", reason="open", tone="bad"),
            Entry("handshake", "Display rack", text="due today", action="Keep", key=1),
        ]
    )
    notes.fill(
        [("info", "Prices are those of today."), ("warning", "Headquarters may ask for payment first.")]
    )
    steps = Steps("How the lift comes about")
    steps.show_steps(
        [
            Step(notice("step.baseline", weeks=8), Money(138_135_63, "CNY")),
            Step(notice("step.at_peers", partners=8), Rate(10_450), "*"),
            Step(notice("step.expected"), Money(144_351_73, "CNY"), "="),
            Step(notice("step.sold_with", days=31, partners=18), Money(223_395_66, "CNY")),
            Step(notice("step.lift"), Money(79_043_93, "CNY"), "="),
        ]
    )
    return section("Lists of things", entries, notes, steps)


def progress() -> QWidget:
    half, busy, told = Bar(), Bar(), Progress("Fetching order lines")
    half.set_share(0.4)
    busy.set_share(None)
    told.report(0.62, "about 20 s left")
    return section("Progress", half, busy, told)


def faces() -> QWidget:
    empty, offline, error = Face(), Face(), Face()
    empty.empty("No orders yet", "Press N to take the first one.", "New order", "article")
    offline.offline("Not on this laptop", "It comes with the next round.", "Synchronise")
    error.error(Problem.of("store.disk_full", remedy="remedy.free_space"))
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    for face in (empty, offline, error):
        face.setFixedHeight(260)
        line.addWidget(face)
    return section("Faces", row)


def messages() -> QWidget:
    made: list[QWidget] = []
    told: Sequence[tuple[str, str]] = (
        ("Order D-1001 placed, ¥1,234.50.", "good"),
        ("Headquarters is busy. Your work is kept.", "warning"),
        ("The disk is full. The last change was not kept.", "bad"),
    )
    for text, tone in told:
        bar = MessageBar()
        bar.tell(text, tone, undo=(lambda: None) if tone == "good" else None, details=tone == "bad")
        made.append(bar)
    return section("Messages", *made)


SECTIONS = (
    colours,
    texts,
    buttons,
    controls,
    form,
    marks,
    figures,
    rings,
    navigation,
    lists,
    progress,
    faces,
    messages,
)
