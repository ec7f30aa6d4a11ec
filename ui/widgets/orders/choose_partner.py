"""For whom an order is taken: a partner found as one types, or a draft to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.drafts import DraftRow
from channeldesk.queries.find import PartnerHit, find_partners
from ui.i18n import formats, n, own_name, t
from ui.tasks import Tasks
from ui.viewmodels.matching import matched
from ui.viewmodels.order_entry import Wanted
from ui.widgets.button import LINK, Button
from ui.widgets.find_box import Found
from ui.widgets.find_field import FindField
from ui.widgets.label import Elided, Label, Line
from ui.widgets.orders import words

_SHOWN = 8


class ChoosePartner(QWidget):
    """``chosen`` carries a :class:`Wanted`."""

    chosen = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.field = FindField(tasks, t("Name, code or initials of the partner"), as_found, icon="storefront")
        self.field.set_query(find_partners)
        self.field.chosen.connect(self._partner)
        frame = QWidget()
        frame.setMaximumWidth(640)
        self._column = QVBoxLayout(frame)
        self._column.setContentsMargins(0, 24, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(Label(t("For which partner?"), "section"))
        self._column.addWidget(self.field)
        self._column.addWidget(Line())
        self._drafts = QWidget()
        self._column.addSpacing(16)
        self._column.addWidget(self._drafts)
        self._column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(frame, 3)
        row.addStretch(1)
        self.setFocusProxy(self.field)

    def show_drafts(self, drafts: Sequence[DraftRow]) -> None:
        """What was begun and not placed."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if drafts:
            column.addWidget(Label(t("Go on with a draft"), "section"))
        for one in drafts[:_SHOWN]:
            name, _ = words.two_names(one.partner, one.partner_local)
            link = Button(name, kind=LINK)
            link.clicked.connect(partial(self.chosen.emit, Wanted(draft_id=one.id)))
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(link)
            row.addWidget(Elided(_draft_text(one), "caption"), 1)
            column.addLayout(row)
        self._column.replaceWidget(self._drafts, made)
        self._drafts.hide()
        self._drafts.deleteLater()
        self._drafts = made

    def _partner(self, hit: PartnerHit, _text: str) -> None:
        self.chosen.emit(Wanted(hit.id))


def as_found(hit: PartnerHit, text: str) -> Found:
    """How a partner looks in the list under a find field."""
    name, other = words.two_names(hit.name, hit.name_local)
    marked = matched(name, text)
    if marked == (0, 0) and matched(other, text) != (0, 0):
        first, last = matched(other, text)
        marked = (len(name) + 2 + first, len(name) + 2 + last)
        name = f"{name}  {other}"
    if hit.stage not in ("active", "onboarding"):
        return Found(hit, hit.code or "", name, marked, "", t("not active"), "warning")
    return Found(hit, hit.code or "", name, marked, "", own_name(hit.tier, hit.tier_local))


def _draft_text(one: DraftRow) -> str:
    if one.saved_at is None:
        return n("{count} line", "{count} lines", one.lines)
    moment = formats().instant_short(one.saved_at)
    return n("{count} line, {moment}", "{count} lines, {moment}", one.lines, moment=moment)
