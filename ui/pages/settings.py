"""Settings: every declared one with its options, passphrase, health, backup and trail, certificates, who."""

from __future__ import annotations

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
from ui.widgets.settings.keeping import CertificatesPart, KeepingPart
from ui.widgets.settings.passphrase import PassphrasePart

_WIDE = 680


class SettingsPage(Page):
    topics = frozenset({Topic.SETTINGS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.choices = {code: Choices(setting) for code, setting in SETTINGS.items()}
        self.passphrase, self.health = PassphrasePart(context), HealthPart(context)
        self.keeping, self.certificates = KeepingPart(context), CertificatesPart(context)
        body, inner = QWidget(), QWidget()
        inner.setMaximumWidth(_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(PageHeader(t("Settings")))
        for part in self.choices.values():
            part.chosen.connect(self._chosen)
            column.addWidget(part)
            column.addWidget(Line())
        column.addWidget(self.passphrase)
        column.addWidget(Line())
        column.addWidget(self.health)
        column.addWidget(Line())
        column.addWidget(self.keeping)
        column.addWidget(Line())
        column.addWidget(self.certificates)
        column.addWidget(Line())
        column.addWidget(_who(context))
        column.addStretch(1)
        outer = QHBoxLayout(body)  # sideways, so that texts wrap at the width they really have
        outer.setContentsMargins(MARGIN, 16, MARGIN, 16)
        outer.addWidget(inner, 1)
        outer.addStretch(0)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.addWidget(scrolling(body))
        self.setFocusProxy(next(iter(self.choices["language"].options.values())))

    def refresh(self) -> None:
        self.ask(settings, then=self._came)
        self.passphrase.refresh()
        self.certificates.refresh()

    def _came(self, chosen: dict[str, str]) -> None:
        self.show_content()
        for code, part in self.choices.items():
            part.show_value(chosen[code])

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
