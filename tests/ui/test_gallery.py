"""The gallery of widgets: offered to those who build pages only, whole in every theme."""

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.rules.rights import ROLES
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from ui.pages import DEVELOPER, pages_for
from ui.theme import DARK_SCHEME, HIGH_DARK_SCHEME, HIGH_LIGHT_SCHEME, LIGHT_SCHEME, theme


@pytest.mark.parametrize("scheme", [LIGHT_SCHEME, DARK_SCHEME, HIGH_LIGHT_SCHEME, HIGH_DARK_SCHEME])
def test_every_widget_stands_in_every_theme(
    scheme: str, show_page: ShowPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEVELOPER, "1")
    theme.apply(scheme)
    window = show_page("gallery")
    settle(qtbot, window)
    with looking.watching(monkeypatch) as painted:
        window.grab()
    assert looking.nameless(window) == []
    assert looking.cut_off(window, painted) == []


def test_nobody_else_is_offered_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEVELOPER, raising=False)
    assert "gallery" not in [one.id for one in pages_for(ROLES["headquarters"])]
