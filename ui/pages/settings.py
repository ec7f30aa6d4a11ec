"""Settings: every declared one with its options, passphrase, health, backup and trail, certificates, who."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions.settings import put
from channeldesk.model.changes import Topic
from channeldesk.model.settings import SETTINGS
from channeldesk.queries.settings import settings
from ui.context import Context
from ui.i18n import t
from ui.page import Page, PageHeader
from ui.theme.tokens import MARGIN
from ui.widgets.label import Label, Line
from ui.widgets.scroll import scrolling
from ui.widgets.settings.choices import Choices
from ui.widgets.settings.health import HealthPart
from ui.widgets.settings.jumps import Jumps
from ui.widgets.settings.keeping import CertificatesPart, KeepingPart
from ui.widgets.settings.passphrase import PassphrasePart

_WIDE, _JUMPS = 680, 176


class SettingsPage(Page):
    topics = frozenset({Topic.SETTINGS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._wanted = ""
        """A section to show as soon as there is one."""
        self.choices = {code: Choices(setting) for code, setting in SETTINGS.items()}
        self.passphrase, self.health = PassphrasePart(context), HealthPart(context)
        self.keeping, self.certificates = KeepingPart(context), CertificatesPart(context)
        for part in self.choices.values():
            part.chosen.connect(self._chosen)
        self.sections: dict[str, QWidget] = {
            **self.choices,
            "passphrase": self.passphrase,
            "health": self.health,
            "keeping": self.keeping,
            "certificates": self.certificates,
            "profile": _who(context),
        }
        titles = {code: t(setting.title) for code, setting in SETTINGS.items()}
        self.jumps = Jumps(
            {
                **titles,
                "passphrase": t("Passphrase"),
                "health": t("The data on this laptop"),
                "keeping": t("Backup and trail"),
                "certificates": t("Certificates"),
                "profile": t("This profile"),
            }
        )
        self.jumps.setMinimumWidth(_JUMPS)
        self.jumps.chosen.connect(self.jump)
        self._body = QWidget()
        self._area = scrolling(self._body)
        self._lay_out()
        self._first = next(iter(self.choices.values()))
        self.setFocusProxy(self._first.now)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for at, part in enumerate(self.sections.values()):
            if at:
                column.addWidget(Line())
            column.addWidget(part)
        column.addStretch(1)
        outer = QHBoxLayout(self._body)  # sideways, so that texts wrap at the width they really have
        outer.setContentsMargins(8, 0, MARGIN, 16)
        outer.addWidget(inner, 1)
        outer.addStretch(0)
        both = QHBoxLayout()
        both.setSpacing(8)
        both.addWidget(self.jumps)
        both.addWidget(self._area, 1)
        self.content.setContentsMargins(MARGIN, 16, 0, 0)
        self.content.addWidget(PageHeader(t("Settings")))
        self.content.addLayout(both, 1)

    def open(self, subject: Any) -> None:
        """``subject``: the code of a section."""
        super().open(subject)
        self._wanted = str(subject)
        QTimer.singleShot(0, self, self._jump_to_wanted)  # once the page has its size, and the focus

    def _jump_to_wanted(self) -> None:
        if self._wanted and self.body.isVisible():
            wanted, self._wanted = self._wanted, ""
            self.jump(wanted)

    def jump(self, code: str) -> None:
        """Show a section at the top, the keyboard in its first control."""
        part = self.sections[code]
        self._area.verticalScrollBar().setValue(part.mapTo(self._body, QPoint(0, 0)).y())
        controls = [one for one in part.findChildren(QWidget) if one.isVisible() and one.isEnabled()]
        taking = [one for one in controls if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        if taking:
            taking[0].setFocus(Qt.FocusReason.TabFocusReason)

    def refresh(self) -> None:
        self.ask(settings, then=self._came)
        self.passphrase.refresh()
        self.certificates.refresh()

    def _came(self, chosen: dict[str, str]) -> None:
        self.show_content()
        QTimer.singleShot(0, self, self._jump_to_wanted)
        began = self.window().focusWidget() is self._first.now  # also of a window in the background
        for code, part in self.choices.items():
            part.show_value(chosen[code])
        self.setFocusProxy(self._first.now)
        if began:
            self._first.now.setFocus()

    def _chosen(self, code: str, value: str) -> None:
        """Kept at once; the frame of the window hears of it through Changes and obeys."""
        self.act(put, code, value)


def _who(context: Context) -> QWidget:
    """Person, headquarters, device: what support asks for first."""
    profile = context.profile
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    grid.addWidget(Label(t("This profile"), "section"), 0, 0, 1, 2)
    facts = (
        (t("Person"), getattr(profile, "user_name", "")),
        (t("Login"), getattr(profile, "login", "")),
        (t("Company"), getattr(profile, "company", "")),
        (t("Headquarters"), getattr(profile, "server", "")),
        (t("Numbers of this laptop begin with"), getattr(profile, "device_prefix", "")),
    )
    for row, (title, value) in enumerate(((title, value) for title, value in facts if value), 1):
        grid.addWidget(Label(title, "body", "secondary"), row, 0)
        grid.addWidget(Label(str(value)), row, 1)
    return part
