"""The head of a partner's page: the way to it, names, chips with what waits, actions."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.partner_page import PartnerPageData
from ui.i18n import n, own_name, t, two_names
from ui.widgets.button import LINK, MAIN, Button
from ui.widgets.chip import Chip
from ui.widgets.crumbs import Crumbs
from ui.widgets.label import Elided
from ui.widgets.partners import words


class PartnerHead(QWidget):
    """Only buttons' signals; the page does what they say."""

    list_wanted = Signal()
    inbox_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.alone = False
        """Whether there is no list of partners to go back to."""
        self._shown: tuple[object, ...] = ()
        self._crumbs = Crumbs()
        self._crumbs.chosen.connect(self._crumb)
        self.title = Elided("", "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._local = Elided("", "caption")
        self.brief = Button(t("Brief"), icon="article", cap="Space")
        self.edit = Button(t("Edit"), icon="pencil-simple", keys="E")
        self.plan = Button(t("Plan visit"), icon="calendar", keys="V")
        self.order = Button(t("New order"), icon="plus", keys="N", kind=MAIN)
        self.decide = Button(t("Decide"), kind=LINK)
        self.decide.clicked.connect(self.inbox_wanted)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self._person = Elided("", "caption")
        names = QHBoxLayout()
        names.setSpacing(12)
        names.addWidget(self.title)
        names.addWidget(self._local, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._crumbs, 1)
        for button in (self.brief, self.edit, self.plan, self.order):
            row.addWidget(button)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addLayout(self._chips)
        below.addWidget(self.decide)
        below.addWidget(self._person, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(names)
        column.addSpacing(2)
        column.addLayout(below)

    def _crumb(self, key: object) -> None:
        self.list_wanted.emit()

    def fill(self, data: PartnerPageData) -> None:
        detail = data.detail
        shown = (detail, data.theirs, data.tiers, data.channel_types, self.alone)
        if shown == self._shown:
            return
        self._shown = shown
        name, local = two_names(detail.name, detail.name_local)
        above = [("partners", t("Partners")), *[("partners", one) for one in (detail.territory,) if one]]
        self._crumbs.set([*([] if self.alone else above), ("", detail.code or t("no code yet"))])
        self.title.set_text(name, "provisional" if "name" in data.theirs else "text")
        self._local.set_text(local)
        person = next(iter(detail.contacts), None)
        told = (person.name, person.job_title, person.phone) if person else (detail.phone, detail.email)
        self._person.set_text(" · ".join(filter(None, told)))
        self.decide.setVisible(bool(detail.inbox_items))
        self._fill_chips(data)

    def _fill_chips(self, data: PartnerPageData) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        detail, theirs = data.detail, data.theirs
        shown: list[tuple[str, str, str, str]] = []
        tier = own_name(detail.tier, detail.tier_local)
        kind = own_name(detail.channel_type, detail.channel_type_local)
        for field, text in (("tier_id", tier), ("channel_type_id", kind)):
            if text and field in theirs:
                shown.append((text, "provisional", "", self._theirs(data, field)))
            elif text:
                shown.append((text, "outline", "medal" if field == "tier_id" else "", ""))
        if "stage" in theirs:
            shown.append((words.stage(detail.stage), "provisional", "", self._theirs(data, "stage")))
        else:
            shown.append((words.stage(detail.stage), words.STAGE_TONES[detail.stage], "", ""))
        if detail.joined_on:
            shown.append((t("Since {year}", year=detail.joined_on[:4]), "outline", "", ""))
        if detail.parent:
            shown.append((t("Buys from {partner}", partner=detail.parent), "outline", "", ""))
        other = len(theirs.keys() - {"tier_id", "channel_type_id", "stage"})
        if other:
            told = n("{count} field waits", "{count} fields wait", other)
            shown.append((told, "provisional", "", words.edited()))
        if detail.inbox_items:
            shown.append((t("Needs your decision"), "bad", "warning-circle", ""))
        for text, tone, icon, tip in shown:
            self._chips.addWidget(Chip(text, tone, icon, tip))

    def _theirs(self, data: PartnerPageData, field: str) -> str:
        """What headquarters still has, as a tooltip."""
        value = data.theirs[field]
        if field == "stage":
            text = words.stage(str(value))
        else:
            listed = data.tiers if field == "tier_id" else data.channel_types
            text = next((two_names(one.name, one.name_local)[0] for one in listed if one.id == value), "–")
        return t("Headquarters still has: {value}", value=text)
